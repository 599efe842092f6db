import { ACTIONS } from '../../core/actions/action-table.ts';
import type { Component } from '../../core/configuration/schema/schema.ts';
import type { Containment } from '../../core/operation/containment.ts';
import { RUNBOOK_MARGIN_SECONDS } from '../../core/operation/heal-steps.ts';
import { MAXIMUM_BATCH } from '../../core/operation/layout.ts';
import type { Operation, StepId } from '../../core/operation/operation.ts';
import { observe } from '../../core/verification/verification.ts';
import { NotFound, RequestRefused } from '../../ports/errors.ts';
import type { TaskTokens } from '../../ports/executions.ts';
import type { EndpointProber } from '../../ports/observers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { TargetsUnavailable } from './choose-targets.ts';
import { runOnHosts } from './run-on-hosts.ts';
import type { PlannedOperation } from './running-operation.ts';
import { targetsToVerify, type VerifyOnHostsDeps } from './verify-on-hosts.ts';

const LOOK_AGAIN_SECONDS = 2;

export interface VerifyContainmentDeps extends VerifyOnHostsDeps {
  readonly store: VerifyOnHostsDeps['store'] & Pick<OperationStore, 'recordStep'>;
  readonly endpoints: EndpointProber;
  readonly tokens: Pick<TaskTokens, 'succeed'>;
}

export interface VerifyContainmentInput {
  readonly fence: number;
  readonly taskToken: string;
  readonly verification: { readonly round: number; readonly startedAtMs?: number };
}

/**
 * Verifies a containment by its purpose. An isolated host must be closed from outside and still answer through SSM, by a
 * runbook that sees the isolation; safe mode must be in the environment of the service's process. The runbook watches
 * for the whole stability window, and completes the token when its status event comes.
 *
 * @param given ids of the hosts to ask. @default those that the operation has contained
 * @throws ServiceUnavailable, NotPermitted
 */
export async function verifyContainment(
  deps: VerifyContainmentDeps,
  input: VerifyContainmentInput,
  stepId: StepId,
  { operation, plan }: PlannedOperation,
  containment: Containment,
  given?: readonly string[],
): Promise<void> {
  const { component, strategy } = plan;
  if (containment === 'isolation' && (await isOpen(deps, operation, component))) {
    return await lookAgain(deps, input, plan, `${component.health?.url} still answers from outside`);
  }
  const { timeoutSeconds, stableSeconds } = strategy.verify;
  const how = {
    params: { containment, timeoutSeconds, stableSeconds },
    everywhereAtOnce: true,
    timeoutSeconds: timeoutSeconds + stableSeconds + RUNBOOK_MARGIN_SECONDS,
  };
  const subject = { operation, component, fence: input.fence };
  let sent: Awaited<ReturnType<typeof runOnHosts>>;
  try {
    // Where one command can't reach all hosts, the check of each batch has seen its hosts contained.
    const targets = (given ?? (await targetsToVerify(deps, subject, plan)))?.slice(0, MAXIMUM_BATCH);
    sent = await runOnHosts(deps, subject, stepId, ACTIONS.verify_containment, how, targets);
  } catch (error) {
    // An isolated host must stay within reach of SSM; its agent may only need a moment.
    if (error instanceof TargetsUnavailable) return await lookAgain(deps, input, plan, error.message);
    if (!(error instanceof RequestRefused || error instanceof NotFound)) throw error;
    await deps.tokens.succeed(input.taskToken, { verdict: 'failed', detail: error.message });
    return;
  }
  await deps.store.recordStep({
    ...sent,
    operationId: operation.operationId,
    stepId,
    component: operation.component,
    action: ACTIONS.verify_containment.type,
    onError: 'abort',
    startedAtMs: deps.clock.nowMs(),
  });
}

/**
 * Whether the endpoint answers although every target behind it was cut off. If only some were, another may answer for
 * them, and only the hosts themselves can say.
 */
export async function isOpen(
  { endpoints }: Pick<VerifyContainmentDeps, 'endpoints'>,
  { alert }: Operation,
  { health, targets }: Component,
): Promise<boolean> {
  if (!health) return false;
  const all = 'instanceIds' in targets ? targets.instanceIds : undefined;
  const isWhole = alert.targets.length === 0 || all?.every((id) => alert.targets.includes(id)) === true;
  return isWhole && (await endpoints.probe(health.url, health.timeoutSeconds)) === 'good';
}

async function lookAgain(
  { tokens, clock }: VerifyContainmentDeps,
  { verification, taskToken }: VerifyContainmentInput,
  { strategy }: PlannedOperation['plan'],
  detail: string,
): Promise<void> {
  const nowMs = clock.nowMs();
  const startedAtMs = verification.startedAtMs ?? nowMs;
  const { verdict, progress } = observe({ startedAtMs }, 'bad', strategy.verify, nowMs);
  await tokens.succeed(taskToken, {
    ...progress,
    verdict,
    detail,
    round: verification.round + 1,
    waitSeconds: LOOK_AGAIN_SECONDS,
  });
}
