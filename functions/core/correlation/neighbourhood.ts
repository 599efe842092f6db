import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { selectorTags, selectsHosts } from '../configuration/target-selector.ts';

type Components = CompiledConfiguration['components'];
type Correlating = Pick<CompiledConfiguration, 'components' | 'settings'>;

/** By configuration: it does not change while a function lives. */
const known = new WeakMap<Components, ReadonlyMap<string, string>>();

/**
 * The neighbourhood of each component whose trouble may be another's too: they depend on each other, directly or not,
 * or name the same hosts or the same source of changes. It is named after its first component. Where dependencies are
 * discovered, all are of one, with a name of its own: boards of incidents stay where they are, whatever is discovered or
 * configured next. Components without neighbours have none; so have all where nothing depends on anything and no changes are watched.
 *
 * A neighbourhood says only which alerts are compared with each other. What belongs together, `join` decides.
 */
export function neighbourhoods({ components, settings }: Correlating): ReadonlyMap<string, string> {
  if (settings.graph) return allTogether(components);
  const before = known.get(components);
  if (before) return before;
  const found = mayCorrelate({ components, settings }) ? grouped(components) : new Map<string, string>();
  known.set(components, found);
  return found;
}

/** Whether the configuration has anything by which alerts belong together. */
export function mayCorrelate({ components, settings }: Correlating): boolean {
  if (settings.graph) return Object.keys(components).length > 1;
  return Object.values(components).some(({ dependsOn, changes }) => dependsOn.length > 0 || changes);
}

/** No component can have this name. */
const WHOLE_FLEET = '*';

function allTogether(components: Components): ReadonlyMap<string, string> {
  const names = Object.keys(components);
  return new Map(names.length > 1 ? names.map((name) => [name, WHOLE_FLEET]) : []);
}

/**
 * Neighbourhoods of earlier configurations, and of earlier versions: any component may have been the first of one.
 *
 * @param recorded those of which it is on record, also where their first component is no longer configured
 */
export function formerBoardNames(
  configuration: Correlating,
  recorded: readonly string[] = [],
): readonly string[] {
  const inUse = new Set(neighbourhoods(configuration).values());
  const names = new Set([...Object.keys(configuration.components), WHOLE_FLEET, ...recorded]);
  return [...names].filter((name) => !inUse.has(name));
}

function grouped(components: Components): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root))
      root = next;
    // Shortened, so that long chains stay cheap.
    for (let at = name; at !== root; ) {
      const next = parents.get(at) ?? root;
      parents.set(at, root);
      at = next;
    }
    return root;
  };
  const firstWith = new Map<string, string>();
  for (const [name, component] of Object.entries(components)) {
    for (const link of linksOf(name, component)) {
      const other = firstWith.get(link) ?? name;
      firstWith.set(link, other);
      parents.set(rootOf(name), rootOf(other));
    }
  }
  const groups = Map.groupBy(Object.keys(components).sort(), rootOf);
  const named = [...groups.values()].filter(({ length }) => length > 1);
  return new Map(
    named.flatMap((members) => members.map((member) => [member, members[0] ?? member] as const)),
  );
}

/** What connects a component with others that have the same: texts that differ for each kind of connection. */
function linksOf(name: string, { dependsOn, targets, changes }: Components[string]): readonly string[] {
  return [
    `component ${name}`,
    ...dependsOn.map((callee) => `component ${callee}`),
    ...(selectsHosts(targets)
      ? 'instanceIds' in targets
        ? targets.instanceIds.map((id) => `host ${id}`)
        : [`tags ${JSON.stringify(Object.entries(selectorTags(targets)).sort())}`]
      : []),
    ...(['codeDeploy', 'stacks', 'appConfig', 'databases', 'documents'] as const).flatMap((source) =>
      (changes?.[source] ?? []).map((id) => `${source} ${id}`),
    ),
  ];
}
