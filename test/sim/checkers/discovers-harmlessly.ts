import { callersOf, dependencyGraph } from '../../../functions/core/diagnosis/dependency-graph.ts';
import type { Of } from '../trace/trace.ts';
import { dependenciesIn, redSinceMs } from './dependencies.ts';
import type { Evidence } from './evidence.ts';
import { SKEW_MS } from './in-force.ts';

/** How long what suffered has to recover once what it depends on is being healed. */
const RECOVERY_MS = 10 * 60_000;
/** From the look at what else is wrong to the record of the refusal, over slow calls. */
const RECORDED_WITHIN_MS = 60_000;
/** An alarm may turn green while a refusal is being recorded, and a missed heartbeat is known until the next round. */
const KNOWN_MS = 6 * 60_000;

/**
 * 31. What is discovered can hold a repair back, and nothing else; wrong as it may be, not for longer than there is trouble.
 *
 * Diagnosis has a component healed only for one that declares to depend on it. If one is left alone for another that it does not
 * declare, that one has a red alarm, misses heartbeats, or is being healed; and in a circle, which would leave each to
 * another, only the latter counts.
 */
export function discoversHarmlessly(evidence: Evidence): readonly string[] {
  return [...healedForOthers(evidence), ...leftForNothing(evidence)];
}

function healedForOthers({ trace, fleet }: Evidence): readonly string[] {
  return trace.of('admitted').flatMap(({ operation: { operationId, component, alert } }) => {
    if (alert.origin !== 'diagnosis') return [];
    const caller = /^(?<name>\S+) is unhealthy because of it/.exec(alert.reason)?.groups?.['name'];
    const isDeclared = caller !== undefined && dependenciesIn(fleet, caller).includes(component);
    return isDeclared
      ? []
      : [`${operationId} heals ${component} for ${caller ?? 'nobody'}, which does not depend on it`];
  });
}

function leftForNothing(evidence: Evidence): readonly string[] {
  const { trace, fleet } = evidence;
  return trace.of('refused').flatMap((refused) => {
    const { reason, detail, component } = refused.refusal;
    if (reason !== 'CAUSE_ELSEWHERE') return [];
    const declared = dependenciesIn(fleet, component);
    return blamedIn(detail)
      .filter((name) => !declared.includes(name) && !isBeingHealed(evidence, refused, name))
      .flatMap((name) => {
        if (isInCircle(evidence, component, name))
          return [`${component} was left alone for ${name}, and each of them depends on the other`];
        return isInTrouble(evidence, refused, name)
          ? []
          : [`${component} was left alone for ${name}, which had no trouble`];
      });
  });
}

/** Such as "db (0.80) and relay (0.79) are at fault". */
function blamedIn(detail: string): readonly string[] {
  const [names = ''] = detail.split(/ (?:is|are) at fault/);
  return names.split(' and ').map((name) => name.replace(/ \(.*\)$/, ''));
}

function isBeingHealed({ trace }: Evidence, { atMs, index }: Of<'refused'>, name: string): boolean {
  const begun = trace
    .of('admitted')
    .findLast((each) => each.operation.component === name && each.index < index);
  if (begun === undefined) return false;
  const end = trace
    .of('concluded')
    .find((each) => each.conclusion.operationId === begun.operation.operationId);
  const sinceMs = atMs - RECOVERY_MS - RECORDED_WITHIN_MS - SKEW_MS;
  return begun.atMs > sinceMs || end === undefined || end.index > index;
}

/** Whether what it is left for depends on it, by anything that was ever discovered or is declared. */
function isInCircle({ trace, fleet }: Evidence, component: string, name: string): boolean {
  const declared = Object.entries(fleet.components).flatMap(([caller, { dependsOn }]) =>
    dependsOn.map((callee) => ({ caller, callee })),
  );
  const discovered = trace.of('graph-kept').flatMap(({ dependencies }) => dependencies);
  return callersOf(dependencyGraph([...declared, ...discovered]), component).includes(name);
}

function isInTrouble(evidence: Evidence, { atMs, index }: Of<'refused'>, name: string): boolean {
  const { trace } = evidence;
  const isLate = (each: { readonly atMs: number; readonly index: number }) =>
    each.index < index && each.atMs > atMs - KNOWN_MS;
  return (
    redSinceMs(trace, name, index) !== undefined ||
    trace.of('alarm').some((each) => each.component === name && isLate(each)) ||
    trace.of('vantage-report').some((each) => isLate(each) && each.report.missed.includes(name))
  );
}
