import { callersOf } from './dependency-graph.ts';
import type { Evidence } from './evidence.ts';
import { redSince } from './metric-signs.ts';

/** A caller that has grown by a smaller part of what its callee has does not account for it. */
const MAIN_PART = 0.5;

/**
 * Which component has more to do than usual, of the alarmed one and those that call it, and how many times as much: of
 * several, the outermost that accounts for it, since they pass on what they are asked.
 */
export function surgeAbove({
  alert,
  graph,
  surges,
}: Evidence): { readonly component: string; readonly times: number } | undefined {
  if (!surges) return undefined;
  const additional = (name: string) => (surges[name] ?? 1) - 1;
  const least = MAIN_PART * additional(alert.component);
  const component = [alert.component, ...callersOf(graph, alert.component)].findLast(
    (name) => surges[name] !== undefined && additional(name) >= least,
  );
  return component === undefined ? undefined : { component, times: surges[component] ?? 0 };
}

/** Whether the alarmed component has more to do than usual: what is slow or fails then need not be at fault. */
export function isUnderLoad(evidence: Evidence): boolean {
  return surgeAbove(evidence) !== undefined || redSince(evidence, 'traffic') <= evidence.alert.occurredAtMs;
}

export function surgeText(component: string, times: number): string {
  return `${component} has ${times.toFixed(1)} times as many requests as usual`;
}
