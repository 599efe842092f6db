import { actionsOn } from '../../../functions/core/operation/strategy-actions.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce } from './in-force.ts';
import { plannedSteps } from './planned-steps.ts';

/**
 * 10. When in doubt (error, timeout, unknown status, empty selector) the system does nothing to the target and says so.
 *
 * A command goes to at least one node, and only to nodes of the component. A step counts as succeeded only if its
 * runbook really succeeded on every target, and the next one begins only when it has an outcome. Nothing goes wrong
 * inside the embedded cloud itself.
 */
export function nothingInDoubt(evidence: Evidence): readonly string[] {
  const { trace, defects } = evidence;
  const found = defects.map((defect) => `a defect: ${String(defect)}`);
  for (const { request } of trace.of('sent')) {
    const own = trace
      .of('host')
      .filter(({ component }) => component === request.parameters['component'])
      .map(({ instanceId }) => instanceId);
    const foreign = request.instanceIds.filter((id) => !own.includes(id));
    if (request.instanceIds.length === 0) found.push(`${request.comment} went to no node`);
    if (foreign.length > 0)
      found.push(`${request.comment} went to ${foreign.join(', ')}, which are not its own`);
  }
  return [
    ...found,
    ...underNothingDeployed(evidence),
    ...unearnedSuccesses(evidence),
    ...overhasty(evidence),
  ];
}

/** An operation carries out its strategy exactly as it was configured at admission. */
function underNothingDeployed(evidence: Evidence): readonly string[] {
  return evidence.trace.of('admitted').flatMap(({ operation: { operationId }, grant: { plan }, atMs }) => {
    const wanted = JSON.stringify(plan.strategy);
    const isDeployed = inForce(evidence, atMs).some(({ strategies }) =>
      strategies.some((strategy) => {
        const actions = actionsOn(strategy.actions, plan.component);
        return JSON.stringify({ ...strategy, actions }) === wanted;
      }),
    );
    return isDeployed ? [] : [`${operationId} was admitted under a strategy that was not deployed then`];
  });
}

/** What was begun has really been done: by a runbook on a host, or by a service's own API. */
function unearnedSuccesses(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const performed = [
    ...trace.of('performed').filter(({ exitCode }) => exitCode === 0),
    ...trace
      .of('effect')
      .filter(({ byService }) => byService === true)
      .map(({ effect, index }) => ({ ...effect, index })),
  ];
  return trace.of('step-ended').flatMap((ended) => {
    const { step, index } = ended;
    if (step.outcome !== 'SUCCEEDED' || step.reference === undefined) return [];
    const { operationId, stepId } = step;
    if (isSetByOthers(evidence, operationId, index)) return [];
    return step.targets
      .filter(
        (target) =>
          !isInService(evidence, ended, target) &&
          !performed.some(
            (each) =>
              each.index < index &&
              each.instanceId === target &&
              each.operationId === operationId &&
              each.stepId === stepId,
          ),
      )
      .map((target) => `${stepId} of ${operationId} counts as succeeded, and was not on ${target}`);
  });
}

/** To put a host back into its load balancer, nothing has to be done where it was never taken out. */
function isInService({ trace }: Evidence, { step, index }: Of<'step-ended'>, target: string): boolean {
  if (step.action !== 'restore_target') return false;
  const last = trace
    .of('in-service')
    .findLast((each) => each.component === step.component && each.index < index);
  return last?.instanceIds.includes(target) === true;
}

/** Someone else may have set, meanwhile, what the step was about to set. */
function isSetByOthers({ trace }: Evidence, operationId: string, index: number): boolean {
  const begun = trace.of('admitted').find(({ operation }) => operation.operationId === operationId);
  return trace
    .of('set-by-others')
    .some(
      (each) =>
        each.component === begun?.operation.component && each.index > begun.index && each.index < index,
    );
}

function overhasty(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const ended = trace.of('step-ended');
  return trace.of('step-begun').flatMap(({ key: { operationId }, stepId, index }) => {
    const begun = trace.of('admitted').find(({ operation }) => operation.operationId === operationId);
    const planned = begun ? plannedSteps(evidence, operationId, begun.grant.plan.strategy) : [];
    const before = planned[planned.findIndex((step) => step.stepId === stepId) - 1]?.stepId;
    if (before === undefined) return [];
    const isEnded = ended.some(
      ({ step, index: at }) => at < index && step.operationId === operationId && step.stepId === before,
    );
    return isEnded ? [] : [`${stepId} of ${operationId} began before ${before} had an outcome`];
  });
}
