import type { Feature, HandlerDefinition } from './handler-definition.ts';

/** The port methods that a handler calls with a configuration that uses these features. */
export function usedNeeds(
  { needs, onlyWith = {} }: HandlerDefinition,
  features: ReadonlySet<Feature>,
): HandlerDefinition['needs'] {
  const isUsed = (part: string) =>
    onlyWith[part as keyof typeof onlyWith]?.some((feature) => features.has(feature)) ?? true;
  return Object.fromEntries(
    Object.entries(needs)
      .filter(([port]) => isUsed(port))
      .map(([port, methods]) => [port, methods.filter((method) => isUsed(`${port}.${method}`))]),
  );
}
