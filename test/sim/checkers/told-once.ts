import type { Of } from '../trace/trace.ts';
import { isTriageStruck } from './dependencies.ts';
import type { Evidence } from './evidence.ts';
import { inForce } from './in-force.ts';

/** What strikes this long around a call may keep the engine from making or noting it. */
const AROUND_MS = 2 * 60_000;
/** How long a caller has to recover once what it depends on is being healed: until then nobody is called. */
const RECOVERY_MS = 10 * 60_000;

/**
 * 21. People are called about an incident once, however many alarms it raises, if what is at fault is not healed.
 *
 * An incident lasts for as long as the component at fault is broken. A call is repeated only if something may have kept
 * the engine from noting the first, or a deployment has changed what is connected. And nothing is left alone because of
 * a component that is excluded from healing unless people were called.
 */
export function toldOnce(evidence: Evidence): readonly string[] {
  return [...repeated(evidence), ...untold(evidence)];
}

function repeated(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  return trace.of('sick').flatMap(({ component, index, atMs: sickMs }) => {
    const cured = trace.of('cured').find((each) => each.component === component && each.index > index);
    const untilMs = cured?.atMs ?? evidence.atMs;
    const calls = callsAbout(evidence, component).filter(({ atMs }) => atMs >= sickMs && atMs <= untilMs);
    return calls.slice(1).flatMap((call, at) => {
      const before = calls[at]?.atMs ?? 0;
      const isDeployed = trace
        .of('deployed')
        .some(({ atMs }) => atMs >= before - AROUND_MS && atMs <= call.atMs);
      const isStruck = [before, call.atMs].some((atMs) =>
        isTriageStruck(evidence, atMs - AROUND_MS, atMs + AROUND_MS),
      );
      return isDeployed || isStruck
        ? []
        : [
            `people were called again after ${call.atMs - before} ms about ${component}, which was still broken`,
          ];
    });
  });
}

function callsAbout({ trace }: Evidence, component: string): readonly Of<'notified'>[] {
  return trace
    .of('notified')
    .filter(
      ({ notification: { body } }) => body['kind'] === 'cause-elsewhere' && body['atFault'] === component,
    );
}

function untold(evidence: Evidence): readonly string[] {
  const { trace, fleet } = evidence;
  const others = Object.keys(fleet.components).filter((name) => fleet.components[name]?.excluded);
  return trace.of('refused').flatMap(({ refusal, index, atMs }) => {
    if (refusal.reason !== 'CAUSE_ELSEWHERE') return [];
    const atFault = others.find((name) => refusal.detail.startsWith(`${name} is at fault`));
    if (atFault === undefined || isHealing(evidence, atFault, atMs)) return [];
    if (isTriageStruck(evidence, atMs - AROUND_MS, atMs)) return [];
    const isTold = trace.of('notified').some(({ notification: { body }, index: at }) => {
      const isOfCaller = body['component'] === refusal.component && body['kind'] !== 'operation';
      return at < index && (isOfCaller || body['atFault'] === atFault);
    });
    return isTold ? [] : [`${refusal.component} was left alone because of ${atFault}, and nobody was called`];
  });
}

/** It was not excluded then, or is being healed still. */
function isHealing(evidence: Evidence, component: string, atMs: number): boolean {
  return (
    inForce(evidence, atMs).some(({ components }) => components[component]?.excluded !== true) ||
    evidence.trace
      .of('admitted')
      .some((each) => each.operation.component === component && each.atMs > atMs - RECOVERY_MS)
  );
}
