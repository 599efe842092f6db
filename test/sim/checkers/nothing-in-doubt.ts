import type { Evidence } from './evidence.ts';

/**
 * 10. When in doubt (error, timeout, unknown status, empty selector) the system does nothing to the target and says so.
 *
 * A command goes to at least one node, all of them the component's own. A step counts as succeeded only if its runbook
 * has really ended well on every target. Nothing goes wrong inside the embedded cloud itself.
 */
export function nothingInDoubt(evidence: Evidence): readonly string[] {
  const { trace, fleet, defects } = evidence;
  const found = defects.map((defect) => `a defect: ${String(defect)}`);
  for (const { request } of trace.of('sent')) {
    const targets = fleet.components[request.parameters['component'] ?? '']?.targets;
    const own = targets && 'instanceIds' in targets ? targets.instanceIds : [];
    const foreign = request.instanceIds.filter((id) => !own.includes(id));
    if (request.instanceIds.length === 0) found.push(`${request.comment} went to no node`);
    if (foreign.length > 0)
      found.push(`${request.comment} went to ${foreign.join(', ')}, which are not its own`);
  }
  return [...found, ...unearnedSuccesses(evidence)];
}

function unearnedSuccesses({ trace }: Evidence): readonly string[] {
  const performed = trace.of('performed').filter(({ exitCode }) => exitCode === 0);
  return trace.of('step-ended').flatMap(({ step, index }) => {
    if (step.outcome !== 'SUCCEEDED' || step.commandId === undefined) return [];
    const { operationId, stepId } = step;
    return step.targets
      .filter(
        (target) =>
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
