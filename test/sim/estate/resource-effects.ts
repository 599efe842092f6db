import type { Resource, ResourceServices } from './resources.ts';

/** Something that the API did to a resource. */
export interface ResourceEffect {
  /** What was changed of it, such as `alias`. */
  readonly setting: string;
  /** The values before and after, as text. @default what was done is relative, such as a restart */
  readonly values?: { readonly before: string; readonly after: string };
}

/** The settings of resources by what the services' own logs call a change of them. */
const SETTINGS: Readonly<Record<string, string>> = {
  deployed: 'task definition',
  scaled: 'count',
  UpdateAlias: 'alias',
  PutFunctionConcurrency: 'reserved concurrency',
  DeleteFunctionConcurrency: 'reserved concurrency',
  'failed-over': 'primary',
  resized: 'class',
};
const RELATIVE = new Set(['redeployed', 'rebooted', 'copied', 'copy-deleted']);

/**
 * Reads from the services' logs what was done to a resource since it was last asked for.
 *
 * @param resources one of Lambda at most: its log does not name the function
 */
export function createResourceEffects(
  resources: readonly Resource[],
  { serviceCluster, versionedFunctions, databaseFleet }: ResourceServices,
): (id: string) => readonly ResourceEffect[] {
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const aliasId = resources.find(({ id }) => id.includes(':'))?.id ?? '';
  const waiting = new Map<string, ResourceEffect[]>();
  const add = (id: string, kind: string, before: unknown, after: unknown) => {
    const setting = SETTINGS[kind];
    const effect = setting
      ? { setting, values: { before: text(before ?? byId.get(id)?.present?.(setting)), after: text(after) } }
      : { setting: kind };
    // Other settings of a function are not served before its alias points to a version that has them.
    if (setting || RELATIVE.has(kind)) waiting.set(id, [...(waiting.get(id) ?? []), effect]);
  };
  const logs = [
    since(serviceCluster.changes, ({ service, kind, before, after }) => add(service, kind, before, after)),
    since(versionedFunctions.changes, ({ operation, before, after }) =>
      add(aliasId, operation, before ?? null, after ?? null),
    ),
    since(databaseFleet.effects, ({ id, kind, to }) => add(id, kind, undefined, to)),
  ];
  for (const readOn of logs) readOn();
  waiting.clear();
  return (id) => {
    for (const readOn of logs) readOn();
    const found = waiting.get(id) ?? [];
    waiting.delete(id);
    return found;
  };
}

/** Goes on reading where it ended. */
function since<Entry>(log: readonly Entry[], read: (entry: Entry) => void): () => void {
  let next = 0;
  return () => {
    for (; next < log.length; next += 1) read(log[next] as Entry);
  };
}

const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
