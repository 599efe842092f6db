/** `caller` dependsOn `callee`: trouble in the callee shows up in the caller. */
export interface Dependency {
  readonly caller: string;
  readonly callee: string;
}

/** Callers and callees of each component. Circles are allowed. */
export interface DependencyGraph {
  readonly callers: ReadonlyMap<string, readonly string[]>;
  readonly callees: ReadonlyMap<string, readonly string[]>;
}

export function dependencyGraph(dependencies: Iterable<Dependency>): DependencyGraph {
  const callers = new Map<string, string[]>();
  const callees = new Map<string, string[]>();
  for (const { caller, callee } of dependencies) {
    if (caller === callee || callees.get(caller)?.includes(callee)) continue;
    append(callees, caller, callee);
    append(callers, callee, caller);
  }
  return { callers, callees };
}

/** The graph that `dependsOn` in the configuration describes. */
export function configuredGraph(
  components: Readonly<Record<string, { readonly dependsOn: readonly string[] }>>,
): DependencyGraph {
  return dependencyGraph(
    Object.entries(components).flatMap(([caller, { dependsOn }]) =>
      dependsOn.map((callee) => ({ caller, callee })),
    ),
  );
}

/**
 * A component and everything that it depends on, directly or not. Callers come before their callees, except within a
 * circle.
 */
export function callersFirst({ callees }: DependencyGraph, component: string): readonly string[] {
  const reached = new Set([component]);
  const done: string[] = [];
  // A stack of its own: a chain of thousands of components must not exhaust the engine's.
  const path = [{ name: component, rest: [...(callees.get(component) ?? [])] }];
  for (let step = path.at(-1); step; step = path.at(-1)) {
    const next = step.rest.pop();
    if (next === undefined) {
      done.push(step.name);
      path.pop();
    } else if (!reached.has(next)) {
      reached.add(next);
      path.push({ name: next, rest: [...(callees.get(next) ?? [])] });
    }
  }
  return done.reverse();
}

/** The graph without some components: their callers call what they call. */
export function graphWithout(graph: DependencyGraph, left: ReadonlySet<string>): DependencyGraph {
  if (left.size === 0) return graph;
  const calleesOf = (caller: string) => {
    const met = new Set(graph.callees.get(caller) ?? []);
    for (const name of met)
      if (left.has(name)) for (const callee of graph.callees.get(name) ?? []) met.add(callee);
    return [...met].filter((name) => !left.has(name));
  };
  return dependencyGraph(
    [...graph.callees.keys()]
      .filter((caller) => !left.has(caller))
      .flatMap((caller) => calleesOf(caller).map((callee) => ({ caller, callee }))),
  );
}

/** Everything that depends on a component, directly or not, the nearest first; without the component itself. */
export function callersOf({ callers }: DependencyGraph, component: string): readonly string[] {
  const found = new Set([component]);
  for (const name of found) for (const caller of callers.get(name) ?? []) found.add(caller);
  found.delete(component);
  return [...found];
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
