import { containmentOf } from '../../../functions/core/operation/containment.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { SKEW_MS } from './in-force.ts';
import { healthChanges } from './sickness.ts';

/**
 * 7. COMPLETED implies that an independent signal was good for the whole stability window, or that the fault was contained
 * as intended and a person was called.
 *
 * With an endpoint or an alarm, the last looks of the verification must all be good and cover the window; with a
 * runbook, the component must really have been healthy for that long when the probe ended. A change between two looks
 * goes unseen, and is allowed. If a verification runs twice at the same time, the looks of the one whose verdict was
 * accepted count.
 */
export function provenRecovery(evidence: Evidence): readonly string[] {
  return evidence.trace
    .of('concluded')
    .filter(({ conclusion }) => conclusion.state === 'COMPLETED')
    .flatMap((end) => {
      const { operationId, component } = end.conclusion;
      const begun = evidence.trace
        .of('admitted')
        .find(({ operation }) => operation.operationId === operationId);
      const problem = begun ? problemOf(evidence, begun, end) : 'without having been admitted';
      return problem === undefined ? [] : [`${operationId} completed on ${component}, ${problem}`];
    });
}

function problemOf(evidence: Evidence, begun: Of<'admitted'>, end: Of<'concluded'>): string | undefined {
  const { component } = end.conclusion;
  const { verify, actions } = begun.grant.plan.strategy;
  if (containmentOf(actions)) return problemOfContainment(evidence, end);
  if (end.conclusion.result !== 'SUCCESS') return `as ${end.conclusion.result}`;
  const neededMs = verify.stableSeconds * 1_000 - SKEW_MS;
  const hasEndpoint = evidence.fleet.components[component]?.health !== undefined;
  const canRun = begun.grant.plan.component.service !== undefined;
  const byRunbook =
    verify.by === 'runbook' || (canRun && !hasEndpoint && begun.operation.alert.alarmName === undefined);
  if (byRunbook) return problemOfProbes(evidence, end, neededMs);

  const taken = new Set(evidence.trace.of('verdict-taken').map(({ invocation }) => invocation));
  const looks = evidence.trace
    .of('look')
    .filter((look) => look.component === component && taken.has(look.invocation))
    .filter(({ index }) => index > begun.index && index < end.index);
  const lastBad = looks.findLastIndex(({ observation }) => observation !== 'good');
  const good = looks.slice(lastBad + 1);
  const heldMs = (good.at(-1)?.atMs ?? 0) - (good[0]?.atMs ?? 0);
  if (good.length === 0) return 'its last look not being good';
  return heldMs < neededMs ? `after looks that were good for ${heldMs} ms, not ${neededMs}` : undefined;
}

/** Contained: its hosts have confirmed it, it is not reported as a repair, and a person was called before its end. */
function problemOfContainment({ trace }: Evidence, end: Of<'concluded'>): string | undefined {
  const { operationId, result } = end.conclusion;
  if (result !== 'CONTAINED') return `as ${result}, although it was only contained`;
  const proof = trace
    .of('performed')
    .find(
      (each) =>
        each.operationId === operationId &&
        each.stepId.startsWith('verify-') &&
        each.exitCode === 0 &&
        each.index < end.index,
    );
  if (proof === undefined && !isCutOff(trace, end)) return 'without a look that saw it contained';
  const isCalled = trace
    .of('notified')
    .some(
      ({ notification: { topic, body }, index }) =>
        topic === 'architect' &&
        body['operationId'] === operationId &&
        body['result'] === 'CONTAINED' &&
        index < end.index,
    );
  return isCalled ? undefined : 'and nobody was called to lift its containment';
}

/** Whether EC2 really cut off every host that the operation was to isolate, when it began to look whether it does. */
function isCutOff(trace: Evidence['trace'], { conclusion: { operationId } }: Of<'concluded'>): boolean {
  const verifying = trace
    .of('step-begun')
    .find(({ key, stepId }) => key.operationId === operationId && stepId.startsWith('verify-'));
  const index = verifying?.index ?? 0;
  const isolated = trace
    .of('step-ended')
    .filter(({ step }) => step.operationId === operationId && step.action === 'isolate_network')
    .flatMap(({ step }) => step.targets);
  const isClosed = (id: string) =>
    trace.of('cut-off').findLast((each) => each.instanceId === id && each.index < index)?.isCutOff === true;
  return isolated.length > 0 && isolated.every(isClosed);
}

function problemOfProbes({ trace }: Evidence, end: Of<'concluded'>, neededMs: number): string | undefined {
  const { component, operationId } = end.conclusion;
  const probes = trace
    .of('performed')
    .filter((each) => each.operationId === operationId && each.stepId.startsWith('verify-'));
  const proof = probes.findLast(({ exitCode, index }) => exitCode === 0 && index < end.index);
  if (proof === undefined) return 'without a probe that succeeded';
  const changes = healthChanges(trace, { component, targets: [proof.instanceId] });
  const last = changes.findLast(({ index }) => index < proof.index);
  if (last?.sickness) return 'although it was sick';
  return last !== undefined && proof.atMs - last.atMs < neededMs
    ? 'healthy for less than its window'
    : undefined;
}
