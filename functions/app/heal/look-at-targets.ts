import { ACTIONS } from '../../core/actions/action-table.ts';
import { healthFrom, isTerminal } from '../../core/operation/command-outcome.ts';
import { chunked, MAXIMUM_BATCH, type TargetHealth } from '../../core/operation/layout.ts';
import type { LookId } from '../../core/operation/look-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { ActionSubject } from '../executors/action-call.ts';
import * as runCommand from '../executors/run-command.ts';
import { targetRefs } from './choose-targets.ts';

/** A look is one snapshot: a host that is not healthy within a second counts as unhealthy. */
const LOOK = {
  params: { timeoutSeconds: 1, stableSeconds: 0 },
  timeoutSeconds: 15,
  everywhereAtOnce: true,
  acceptsPartial: true,
};
const POLL_EVERY_MS = 1_000;
/** How long a look may take, in a function that has a minute. */
const LOOK_FOR_MS = 20_000;

export interface LookDeps {
  readonly runbooks: runCommand.RunCommandBeginDeps['runbooks'] & Pick<RunbookRunner, 'listInvocations'>;
  readonly clock: Clock;
}

/**
 * Asks nodes, all at once and read-only, whether the component's service is healthy there now. The health of a node
 * that does not answer, for whatever reason, is unknown.
 *
 * @param lookId unique, so that no host repeats an earlier answer
 * @throws ServiceUnavailable, or what refuses the look for good
 */
export async function lookAtTargets(
  deps: LookDeps,
  subject: ActionSubject,
  lookId: LookId,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, TargetHealth>> {
  const begun = await Promise.all(
    chunked(instanceIds, MAXIMUM_BATCH).map((chunk) =>
      runCommand.begin(deps, ACTIONS.verify_health, {
        ...LOOK,
        subject,
        stepId: lookId,
        targets: targetRefs(subject.component, chunk),
      }),
    ),
  );
  const commandIds = begun.flatMap((one) => ('reference' in one ? [one.reference.id] : []));
  const startedAtMs = deps.clock.nowMs();
  const found = new Map<string, TargetHealth>();
  for (;;) {
    await deps.clock.sleep(POLL_EVERY_MS);
    const open = commandIds.filter((_, index) => !isComplete(instanceIds, index, found));
    for (const invocation of (await Promise.all(open.map(deps.runbooks.listInvocations))).flat()) {
      if (isTerminal(invocation.status)) found.set(invocation.instanceId, healthFrom(invocation));
    }
    if (found.size === instanceIds.length || deps.clock.nowMs() - startedAtMs >= LOOK_FOR_MS) break;
  }
  return new Map(instanceIds.map((id) => [id, found.get(id) ?? 'unknown']));
}

function isComplete(
  instanceIds: readonly string[],
  index: number,
  found: ReadonlyMap<string, TargetHealth>,
): boolean {
  const chunk = instanceIds.slice(index * MAXIMUM_BATCH, (index + 1) * MAXIMUM_BATCH);
  return chunk.every((id) => found.has(id));
}
