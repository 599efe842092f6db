import type { Component } from '../configuration/schema/component-schema.ts';

/**
 * What X-Ray may call a component, of what the configuration says. Names that ECS and load balancers give it, by which
 * discovery recognises it too, are not among them.
 */
export function tracedNames(
  component: string,
  { targets, xrayNames = [component] }: Pick<Component, 'targets' | 'xrayNames'>,
): readonly string[] {
  const own = 'lambdaAlias' in targets ? targets.lambdaAlias.split(':').slice(0, 1) : [];
  return [...new Set([...xrayNames, ...own])];
}
