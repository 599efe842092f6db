import { agentsStep } from '../../core/operation/agent-first.ts';
import { hasDoneNothing } from '../../core/operation/command-outcome.ts';
import type { StepId, StepRecord } from '../../core/operation/operation.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { ActionSubject, Begun } from '../executors/action-call.ts';
import { type FindDeps, findAction } from '../executors/executors.ts';

export interface FallBackDeps {
  readonly runbooks: FindDeps['runbooks'] & Pick<RunbookRunner, 'listInvocations'>;
}

/** What the agents have left of an isolation. */
interface Left {
  /** Ids of instances on which they have provably done nothing. */
  readonly undone: readonly string[];
  /** Why it is not known of others, which may be isolated. */
  readonly doubts: readonly string[];
}

/** The command of the agents' step, where an earlier try sent it and could not record it. */
export async function lostCommand(
  deps: Pick<FallBackDeps, 'runbooks'>,
  { operation }: ActionSubject,
  stepId: StepId,
): Promise<StepRecord['reference']> {
  const { operationId, startedAtMs: sinceMs } = operation;
  return await findAction(deps, { operationId, stepId, sinceMs, action: 'isolate_network', kind: 'host' });
}

/**
 * Does what the agents, in the step before, have provably not done. A host of which that is in doubt is not isolated a
 * second time: the step fails, and says so.
 *
 * @param begin on the targets with these ids
 */
export async function fallBack<Done extends Begun>(
  deps: FallBackDeps,
  subject: ActionSubject,
  stepId: StepId,
  steps: readonly StepRecord[],
  targets: readonly string[],
  begin: (targets: readonly string[]) => Promise<Done>,
): Promise<Done | Extract<Begun, { readonly outcome: unknown }>> {
  const { undone, doubts } = await leftByAgents(deps, subject, stepId, steps, targets);
  const doubt = doubts
    .map((why) => `${why}: its agent may have isolated it, so that EC2 does not`)
    .join('; ');
  if (undone.length === 0) {
    return doubts.length === 0
      ? { outcome: 'SUCCEEDED', detail: `${targets.join(', ')}: isolated by the agent` }
      : { outcome: 'FAILED', detail: doubt };
  }
  const begun = await begin(undone);
  if (doubts.length === 0 || !('outcome' in begun)) return begun;
  return { ...begun, outcome: 'FAILED', detail: `${doubt}; ${begun.detail}` };
}

async function leftByAgents(
  deps: FallBackDeps,
  subject: ActionSubject,
  stepId: StepId,
  steps: readonly StepRecord[],
  targets: readonly string[],
): Promise<Left> {
  const earlierId = agentsStep(stepId);
  const earlier = steps.find((step) => step.stepId === earlierId);
  const reference = earlier?.reference ?? (await lostCommand(deps, subject, earlierId));
  if (!reference) return { undone: targets, doubts: [] };
  const invocations = await deps.runbooks.listInvocations(reference.id);
  const undone: string[] = [];
  const doubts: string[] = [];
  for (const id of targets) {
    const invocation = invocations.find(({ instanceId }) => instanceId === id);
    if (invocation?.status === 'Success') continue;
    if (invocation ? hasDoneNothing(invocation) : wasNotSentTo(id, earlier)) undone.push(id);
    else doubts.push(`${id} ${invocation?.statusDetails ?? invocation?.status ?? 'is not listed'}`);
  }
  return { undone, doubts };
}

/** The list of invocations may be late: only the step's own record says where its command was sent. */
function wasNotSentTo(id: string, record: StepRecord | undefined): boolean {
  return record !== undefined && record.targets.length > 0 && !record.targets.includes(id);
}
