import { callersFirst, callersOf, graphWithout } from './dependency-graph.ts';
import type { Evidence } from './evidence.ts';
import { redSince } from './metric-signs.ts';

/** A caller that has grown by a smaller part of what its callee has does not account for it. */
const MAIN_PART = 0.5;

/** A component with more to do than usual, and how many times as much. */
export interface Surge {
  readonly component: string;
  readonly times: number;
  /** Whether only what it calls shows that. @default its own requests do */
  readonly isInferred?: true;
}

/**
 * Which component has more to do than usual, of the alarmed one and those that call it, and how many times as much: of
 * several, the outermost that accounts for it, since they pass on what they are asked.
 */
export function surgeAbove(evidence: Evidence): Surge | undefined {
  const { alert, graph, surges } = evidence;
  if (!surges) return undefined;
  const timesOf = (name: string) => surges[name] ?? surgeBelow(name, evidence);
  const least = MAIN_PART * ((timesOf(alert.component) ?? 1) - 1);
  const component = [alert.component, ...callersOf(graph, alert.component)].findLast(
    (name) => (timesOf(name) ?? 0) - 1 >= least,
  );
  const times = component === undefined ? undefined : timesOf(component);
  if (component === undefined || times === undefined) return undefined;
  return { component, times, ...(surges[component] === undefined && { isInferred: true as const }) };
}

/**
 * How many times as much an entry has to do whose requests are not known: as the least of all that it calls, or that is
 * called through others of which nothing is known. Nothing but its clients can ask it for more; where only a part of what
 * it calls has more to do, it asks in another way, or another component does. Of a single one, that is not known: it may
 * repeat its calls.
 */
function surgeBelow(name: string, { graph, surges = {}, measured = [] }: Evidence): number | undefined {
  const isEntry = (graph.callers.get(name) ?? []).length === 0;
  if (!isEntry || measured.includes(name)) return undefined;
  const unknown = callersFirst(graph, name).filter((one) => one !== name && !measured.includes(one));
  const asked = graphWithout(graph, new Set(unknown)).callees.get(name) ?? [];
  const least = Math.min(...asked.map((callee) => surges[callee] ?? 1));
  return asked.length > 1 && least > 1 ? least : undefined;
}

/** Whether the alarmed component has more to do than usual: what is slow or fails then need not be at fault. */
export function isUnderLoad(evidence: Evidence): boolean {
  return surgeAbove(evidence) !== undefined || redSince(evidence, 'traffic') <= evidence.alert.occurredAtMs;
}

export function surgeText({ component, times, isInferred }: Surge): string {
  return isInferred
    ? `all that ${component} calls has at least ${times.toFixed(1)} times as many requests as usual`
    : `${component} has ${times.toFixed(1)} times as many requests as usual`;
}
