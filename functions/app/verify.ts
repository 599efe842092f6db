import { hasContributors, isAdopted } from '../core/configuration/alarm-sources.ts';
import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import type { Component, Strategy } from '../core/configuration/schema.ts';
import { containmentOf } from '../core/operation/containment.ts';
import { RUNBOOK_MARGIN_SECONDS } from '../core/operation/heal-steps.ts';
import type { Operation, StepId, StepRecord } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import { stepOrder } from '../core/operation/step-order.ts';
import {
  type Observation,
  observe,
  type Verdict,
  type VerificationProgress,
  type Verifier,
} from '../core/verification/verification.ts';
import type { EventPublisher } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../ports/errors.ts';
import type { TaskTokens } from '../ports/executions.ts';
import type { AlarmReader, EndpointProber } from '../ports/observers.ts';
import type { ClaimKey, OperationStore } from '../ports/operation-store.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import { LEASE_MARGIN_SECONDS, REPAIR_TOO_LONG } from './act.ts';
import { findPlannedOperation, type PlannedOperation } from './running-operation.ts';
import { type RunbookSubject, TargetsUnavailable } from './send-runbook.ts';
import { verifyContainment } from './verify-containment.ts';
import { fitsOneCommand, observeOnHosts, sendHealthRunbook, targetsToVerify } from './verify-on-hosts.ts';

/** One invocation looks this often and this long; a longer verification goes on after a wait in the state machine. */
const LOOK_EVERY_MS = 2_000;
const LOOK_FOR_MS = 25_000;
const MAXIMUM_HOLD_SECONDS = 20;

export interface VerifyDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<
    OperationStore,
    'getOperation' | 'getPlan' | 'enterPhase' | 'beginStep' | 'recordStep' | 'listSteps'
  >;
  readonly events: Pick<EventPublisher, 'stateChanged'>;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send' | 'listInvocations'>;
  readonly endpoints: EndpointProber;
  readonly alarms: Pick<AlarmReader, 'states' | 'redInstances'>;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
}

/** How far the verification has come, carried by the state machine from round to round. */
export interface VerificationRound extends Partial<VerificationProgress> {
  readonly round: number;
}

export interface VerifyInput extends ClaimKey {
  readonly verification: VerificationRound;
  /** How often the state machine had tried this round before. */
  readonly attempt: number;
  readonly taskToken: string;
}

/**
 * Asks a signal that the repair did not produce whether the component is well, and completes the task token with
 * `{verdict, detail, round, waitSeconds, …}`. A health runbook completes it itself, when its status event comes.
 *
 * @throws ServiceUnavailable: nothing is known, ask again
 * @throws NotPermitted if it may not look, or not say what it saw: the repair is neither good nor bad
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
    await deps.store.enterPhase(operation.operationId, 'VERIFYING');
    await deps.events.stateChanged({ operation, state: 'VERIFYING', atMs: deps.clock.nowMs() });
  }
  const containment = containmentOf(strategy.actions);
  if (containment) return await verifyContainment(deps, input, stepId, found, containment);
  const by = strategy.verify.by ?? verifierOf(component, operation);
  const lacking = lackOf(deps, by, component, operation);
  if (lacking !== undefined) {
    await deps.tokens.succeed(input.taskToken, { verdict: 'failed', detail: lacking });
  } else if (by === 'runbook') {
    await verifyOnHosts(deps, { operation, component, fence: input.fence }, input, stepId, plan);
  } else {
    await look(deps, input, strategy, operation, () => observeOnce(deps, by, component, operation));
  }
}

/** Who is asked, unless the strategy says. */
function verifierOf({ health, service }: Component, { alert }: Operation): Verifier {
  if (health) return 'endpoint';
  return alert.alarmName !== undefined || service === undefined ? 'alarm' : 'runbook';
}

/** Why nobody can be asked; `undefined` if somebody can. Waiting would not help. */
function lackOf(
  { configuration }: VerifyDeps,
  by: Verifier,
  { health, service }: Component,
  operation: Operation,
): string | undefined {
  const isThere = {
    endpoint: health !== undefined,
    runbook: service !== undefined,
    alarm: alarmsToAsk(configuration, operation).length > 0,
  }[by];
  if (isThere) return undefined;
  const lacking = { endpoint: 'health endpoint', runbook: 'service', alarm: 'alarm' }[by];
  return `nobody can say whether ${operation.component} is well: it was to be asked by ${by}, and has no ${lacking}`;
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
    // No answer of CloudWatch is no good answer, and no reason to undo a repair before its time is over.
    if (error instanceof ServiceUnavailable) return 'no-answer';
    throw error;
  });
}

async function observeAlarms(deps: VerifyDeps, operation: Operation): Promise<Observation> {
  const names = alarmsToAsk(deps.configuration, operation);
  const states = await deps.alarms.states(names);
  if (names.some((name) => !states.has(name))) return 'no-answer';
  const isRed = await Promise.all(
    names.map((name) => states.get(name) === 'ALARM' && isRedForTargets(deps, name, operation)),
  );
  if (isRed.some(Boolean)) return 'bad';
  return names.some((name) => states.get(name) === 'INSUFFICIENT_DATA') ? 'no-answer' : 'good';
}

/** An alarm over a group stays red for as long as any instance is: what was not repaired says nothing of what was. */
async function isRedForTargets(
  { alarms, configuration }: VerifyDeps,
  name: string,
  { alert, component }: Operation,
): Promise<boolean> {
  // As deployed now: alarms are no part of what an operation was admitted under.
  const declared = configuration.components[component];
  const mayHaveContributors =
    declared !== undefined && (isAdopted(name, declared) || hasContributors(name, component, declared));
  if (alert.targets.length === 0 || !mayHaveContributors) return true;
  const red = await alarms.redInstances(name);
  return red === undefined || alert.targets.some((target) => red.includes(target));
}

/** The alarm that fired; for other signals, the component's alarms on the same metric, or else all of them. */
function alarmsToAsk({ alarms }: CompiledConfiguration, { alert, component }: Operation): readonly string[] {
  if (alert.alarmName !== undefined) return [alert.alarmName];
  const bound = Object.entries(alarms).filter(([, binding]) => binding.component === component);
  const same = bound.filter(([, binding]) => binding.metric === alert.metric);
  return (same.length > 0 ? same : bound).map(([name]) => name);
}

async function look(
  deps: VerifyDeps,
  { verification, taskToken }: VerifyInput,
  strategy: Strategy,
  operation: Operation,
  observeNow: () => Promise<Observation>,
): Promise<void> {
  const startMs = deps.clock.nowMs();
  let progress: VerificationProgress = {
    startedAtMs: verification.startedAtMs ?? startMs,
    ...(verification.goodSinceMs !== undefined && { goodSinceMs: verification.goodSinceMs }),
  };
  let verdict: Verdict = 'waiting';
  let observation: Observation = 'no-answer';
  for (;;) {
    observation = await observeNow();
    ({ verdict, progress } = observe(progress, observation, strategy.verify, deps.clock.nowMs()));
    if (verdict !== 'waiting' || deps.clock.nowMs() - startMs + LOOK_EVERY_MS > LOOK_FOR_MS) break;
    await deps.clock.sleep(LOOK_EVERY_MS);
  }
  const nowMs = deps.clock.nowMs();
  const isOver = verdict === 'waiting' && nowMs >= operation.deadlineMs;
  await deps.tokens.succeed(taskToken, {
    ...progress,
    verdict: isOver ? 'failed' : verdict,
    detail: isOver ? REPAIR_TOO_LONG : detailOf(verdict, observation, strategy),
    round: verification.round + 1,
    waitSeconds: holdSeconds(progress, strategy, nowMs),
  });
}

/** Short while the window runs, for nobody looks meanwhile; and no longer than it may take to become good. */
function holdSeconds(progress: VerificationProgress, { verify: limits }: Strategy, nowMs: number): number {
  const minimum = LOOK_EVERY_MS / 1_000;
  if (progress.goodSinceMs !== undefined) return minimum;
  const left = Math.ceil(limits.timeoutSeconds - (nowMs - progress.startedAtMs) / 1_000);
  return Math.min(MAXIMUM_HOLD_SECONDS, Math.max(minimum, left));
}

function detailOf(verdict: Verdict, observation: Observation, { verify: limits }: Strategy): string {
  if (verdict === 'recovered') return `good for ${limits.stableSeconds} s`;
  return verdict === 'failed'
    ? `${observation} after ${limits.timeoutSeconds} s: it did not become good and stay so for ${limits.stableSeconds} s`
    : `last look: ${observation}`;
}

/** On the hosts that were repaired: by one command that watches them all, or look by look where they are too many. */
async function verifyOnHosts(
  deps: VerifyDeps,
  subject: RunbookSubject,
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
    // A missing permission says nothing of the component: it is thrown.
    const refusals = [RequestRefused, NotFound, TargetsUnavailable];
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
    await deps.tokens.succeed(input.taskToken, { verdict: 'failed', detail: (error as Error).message });
  }
  if (record) await deps.store.recordStep(record);
}
