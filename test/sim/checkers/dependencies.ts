import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { callersFirst, configuredGraph } from '../../../functions/core/diagnosis/dependency-graph.ts';
import type { Trace } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce } from './in-force.ts';

/** What a component depends on, directly or not, by each configuration that may apply. */
export function dependenciesAt(evidence: Evidence, component: string, atMs: number): readonly string[] {
  const [first = [], ...others] = inForce(evidence, atMs).map((each) => dependenciesIn(each, component));
  return first.filter((name) => others.every((names) => names.includes(name)));
}

export function dependenciesIn(
  { components }: { readonly components: Parameters<typeof configuredGraph>[0] },
  component: string,
): readonly string[] {
  return callersFirst(configuredGraph(components), component).filter(
    (name) => name !== component && Object.hasOwn(components, name),
  );
}

/** The same, and what was discovered beside that. */
export function dependenciesKnown(
  { trace }: Evidence,
  configuration: CompiledConfiguration,
  component: string,
) {
  const discovered = trace.of('graph-kept').flatMap(({ dependencies }) => dependencies);
  const components = Object.fromEntries(
    Object.entries(configuration.components).map(([name, { dependsOn }]) => {
      const callees = discovered.flatMap(({ caller, callee }) => (caller === name ? [callee] : []));
      return [name, { dependsOn: [...dependsOn, ...callees] }];
    }),
  );
  return dependenciesIn({ components }, component);
}

/** Since when one of a component's alarms has been red without a break at a point; `undefined` if none is. */
export function redSinceMs(trace: Trace, component: string, index: number): number | undefined {
  const since = new Map<string, number>();
  for (const { name, state, index: at, atMs, ...alarm } of trace.of('alarm')) {
    if (at >= index) break;
    if (alarm.component !== component) continue;
    if (state !== 'ALARM') since.delete(name);
    else if (!since.has(name)) since.set(name, atMs);
  }
  return since.size === 0 ? undefined : Math.min(...since.values());
}

/** Whether anything kept triage from its evidence in a span of time: a fault, an outage, or a missing permission. */
export function isTriageStruck({ trace }: Pick<Evidence, 'trace'>, fromMs: number, untilMs: number): boolean {
  const isMeanwhile = ({ atMs }: { readonly atMs: number }) => atMs >= fromMs && atMs <= untilMs;
  return (
    trace.of('fault').some((each) => isMeanwhile(each) && each.id.includes('triage')) ||
    trace.of('outage').some((each) => each.atMs <= untilMs && each.untilMs >= fromMs) ||
    trace.of('denied').some((each) => isMeanwhile(each) && each.functionName === 'selfheal-triage')
  );
}
