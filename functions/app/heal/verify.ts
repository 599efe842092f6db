import type { ClaimKey } from '../../core/admission/records.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Component, Strategy } from '../../core/configuration/schema/schema.ts';
import { containmentOf } from '../../core/operation/containment.ts';
import { isolationWay, RUNBOOK_MARGIN_SECONDS } from '../../core/operation/heal-steps.ts';
import type { Operation, StepId, StepRecord } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { stepOrder } from '../../core/operation/step-order.ts';
import { notLifted } from '../../core/operation/time-limit.ts';
import {
  type AlarmFinding,
  alarmObservation,
  alarmsToAsk,
  mayBeRedForOthers,
} from '../../core/verification/alarm-observation.ts';
import { LOOK_EVERY_MS, roundOutcome } from '../../core/verification/round-outcome.ts';
import {
  type Observation,
  observe,
  type Sight,
  type Verdict,
  type VerificationProgress,
} from '../../core/verification/verification.ts';
import { missingSignal, usualVerifier } from '../../core/verification/verifier.ts';
import type { EventPublisher } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import type { TaskTokens } from '../../ports/executions.ts';
import type { AlarmReader, EndpointProber } from '../../ports/observers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { ActionSubject } from '../executors/action-call.ts';
import { LEASE_MARGIN_SECONDS } from './act.ts';
import { TargetsUnavailable } from './choose-targets.ts';
import { notCutOff, type ObserveIsolationDeps, observeIsolation } from './observe-isolation.ts';
import { findPlannedOperation, type PlannedOperation } from './running-operation.ts';
import { observeResource, type VerifyByResourceDeps } from './verify-by-resource.ts';
import { verifyContainment } from './verify-containment.ts';
import { fitsOneCommand, observeOnHosts, sendHealthRunbook, targetsToVerify } from './verify-on-hosts.ts';

/** How long one invocation looks; a longer verification continues after a wait in the state machine. */
const LOOK_FOR_MS = 25_000;

export interface VerifyDeps
  extends Pick<VerifyByResourceDeps, 'aliases' | 'services' | 'databases' | 'targetGroups'> {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'beginStep' | 'recordStep' | 'listSteps'>;
  readonly events: Pick<EventPublisher, 'stateChanged'>;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send' | 'listInvocations'>;
  readonly instances: ObserveIsolationDeps['instances'];
  readonly endpoints: EndpointProber;
  readonly alarms: Pick<AlarmReader, 'states' | 'redInstances'>;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
}

/** The progress of the verification, which the state machine carries from round to round. */
export interface VerificationRound extends Partial<VerificationProgress> {
  readonly round: number;
}

export interface VerifyInput extends ClaimKey {
  readonly verification: VerificationRound;
  /** How often the state machine has tried this round before. */
  readonly attempt: number;
  readonly taskToken: string;
}

/**
 * Asks a signal that the repair did not produce whether the component is healthy, and completes the task token with
 * `{verdict, detail, round, waitSeconds, …}`. A health runbook completes it itself, when its status event comes.
 *
 * @throws ServiceUnavailable: nothing is known, try again
 * @throws NotPermitted if it may not look, or not report what it saw: the repair is neither good nor bad
 */
export async function verify(deps: VerifyDeps, input: VerifyInput): Promise<void> {
  const found = await findPlannedOperation(deps.store, input.operationId);
  const { round } = input.verification;
  const stepId: StepId = `verify-${round}`;
  if ('problem' in found || !(await begin(deps, input, stepId, found))) {
    await deps.tokens.fail(
      input.taskToken,
      'StepRefused',
      `operation ${input.operationId} is no longer this execution's`,
    );
    return;
  }
  const { operation, plan } = found;
  const { strategy, component } = plan;
  if (round === 0) {
    await deps.events.stateChanged({ operation, state: 'VERIFYING', atMs: deps.clock.nowMs() });
  }
  const containment = containmentOf(strategy.actions);
  const isolation = containment === 'isolation' ? isolationWay(strategy.actions) : undefined;
  const onHosts =
    isolation?.by === 'agent_first'
      ? await notCutOff(deps, found, input.fence, isolation.securityGroup)
      : undefined;
  if (containment && onHosts?.length)
    return await verifyContainment(deps, input, stepId, found, containment, onHosts);
  if (isolation) {
    const observeNow = () => observeIsolation(deps, found, input.fence, isolation.securityGroup);
    return await look(deps, input, strategy, operation, observeNow);
  }
  if (containment) return await verifyContainment(deps, input, stepId, found, containment);
  const by = strategy.verify.by ?? usualVerifier(component, operation);
  const left =
    operation.alert.lifts === undefined
      ? undefined
      : notLifted(await deps.store.listSteps(operation.operationId));
  const missing = left ?? missingSignal(by, component, operation, deps.configuration);
  if (missing !== undefined) {
    await deps.tokens.succeed(input.taskToken, { verdict: 'failed', detail: missing });
  } else if (by === 'runbook') {
    await verifyOnHosts(deps, { operation, component, fence: input.fence }, input, stepId, plan);
  } else {
    await look(deps, input, strategy, operation, async () =>
      by === 'resource'
        ? await observeResource(deps, found, input.fence)
        : await observeOnce(deps, by, component, operation),
    );
  }
}

async function begin(
  deps: VerifyDeps,
  input: VerifyInput,
  stepId: StepId,
  { operation, plan }: PlannedOperation,
): Promise<boolean> {
  const nowMs = deps.clock.nowMs();
  const { timeoutSeconds, stableSeconds } = plan.strategy.verify;
  const deadlineMs = nowMs + (timeoutSeconds + stableSeconds + RUNBOOK_MARGIN_SECONDS) * 1_000;
  const order = stepOrder(input.fence - operation.fence, stepId, input.attempt);
  const pending = { stepId, order, taskToken: input.taskToken, startedAtMs: nowMs, deadlineMs };
  return await deps.store.beginStep(input, pending, deadlineMs + LEASE_MARGIN_SECONDS * 1_000);
}

async function observeOnce(
  deps: VerifyDeps,
  by: 'endpoint' | 'alarm',
  component: Component,
  operation: Operation,
): Promise<Observation> {
  if (by === 'endpoint') {
    return component.health
      ? await deps.endpoints.probe(component.health.url, component.health.timeoutSeconds)
      : 'no-answer';
  }
  return await observeAlarms(deps, operation).catch((error: unknown) => {
    // No answer from CloudWatch does not count as healthy, and is no reason to undo a repair before its time-out.
    if (error instanceof ServiceUnavailable) return 'no-answer';
    throw error;
  });
}

async function observeAlarms(
  { configuration, alarms }: VerifyDeps,
  operation: Operation,
): Promise<Observation> {
  const names = alarmsToAsk(configuration, operation);
  const states = await alarms.states(names);
  const findings = names.map(async (name): Promise<AlarmFinding> => {
    const state = states.get(name);
    const isAsked = state === 'ALARM' && mayBeRedForOthers(name, operation, configuration);
    return { state, ...(isAsked && { redInstances: await alarms.redInstances(name) }) };
  });
  return alarmObservation(await Promise.all(findings), operation.alert.targets);
}

async function look(
  deps: VerifyDeps,
  { verification, taskToken }: VerifyInput,
  strategy: Strategy,
  operation: Operation,
  observeNow: () => Promise<Observation | Sight>,
): Promise<void> {
  const startMs = deps.clock.nowMs();
  let progress: VerificationProgress = {
    startedAtMs: verification.startedAtMs ?? startMs,
    ...(verification.goodSinceMs !== undefined && { goodSinceMs: verification.goodSinceMs }),
  };
  let verdict: Verdict = 'waiting';
  let sight: Sight;
  for (;;) {
    const seen = await observeNow();
    sight = typeof seen === 'string' ? { observation: seen } : seen;
    ({ verdict, progress } = observe(progress, sight.observation, strategy.verify, deps.clock.nowMs()));
    if (verdict !== 'waiting' || deps.clock.nowMs() - startMs + LOOK_EVERY_MS > LOOK_FOR_MS) break;
    await deps.clock.sleep(LOOK_EVERY_MS);
  }
  const finished = { round: verification.round, verdict, progress, sight };
  const outcome = roundOutcome(finished, strategy.verify, operation.deadlineMs, deps.clock.nowMs());
  await deps.tokens.succeed(taskToken, outcome);
}

/** On the repaired hosts: by one command that watches them all, or by repeated looks if there are too many. */
async function verifyOnHosts(
  deps: VerifyDeps,
  subject: ActionSubject,
  input: VerifyInput,
  stepId: StepId,
  plan: OperationPlan,
): Promise<void> {
  let record: StepRecord | undefined;
  try {
    const targets = await targetsToVerify(deps, subject, plan);
    if (targets === undefined || fitsOneCommand(targets)) {
      record = await sendHealthRunbook(deps, subject, plan, stepId, targets);
    } else {
      let looks = 0;
      const observeNow = () => observeOnHosts(deps, subject, targets, input.verification.round, looks++);
      await look(deps, input, plan.strategy, subject.operation, observeNow);
    }
  } catch (error) {
    // A missing permission says nothing about the component, so it is thrown.
    const refusals = [RequestRefused, NotFound, TargetsUnavailable];
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
    await deps.tokens.succeed(input.taskToken, { verdict: 'failed', detail: (error as Error).message });
  }
  if (record) await deps.store.recordStep(record);
}
