/** A mapping of the document, before the schema has seen what is in it. */
export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A mapping with each mapping under one of its keys rewritten; whatever has another shape is left to the schema. */
export function withEntries<Parent>(
  parent: Parent,
  key: string,
  rewritten: (entry: Mapping) => Mapping,
): Parent | Mapping {
  if (!isMapping(parent)) return parent;
  const entries = parent[key];
  if (!isMapping(entries)) return parent;
  const inPlace = Object.entries(entries).map(([name, entry]) => [
    name,
    isMapping(entry) ? rewritten(entry) : entry,
  ]);
  return { ...(parent as Mapping), [key]: Object.fromEntries(inPlace) };
}
