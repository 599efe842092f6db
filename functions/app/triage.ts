import type { Refusal, RefusalRecord } from '../core/admission/refusal.ts';
import { assertNever } from '../core/assert-never.ts';
import { signalHash } from '../core/operation/operation-id.ts';
import type { HealthAlert, Recovery } from '../core/signal/health-alert.ts';
import { foreignProblem, type Home } from '../core/signal/home.ts';
import { parseSignal } from '../core/signal/parse-signal.ts';
import { timeProblem } from '../core/signal/parse-time.ts';
import type { ParsedSignal } from '../core/signal/parsed-signal.ts';
import { shortReason } from '../core/signal/signal-event.ts';
import { alarmsByComponent, peersOf } from '../core/verification/observed-components.ts';
import type { Metrics, Notifier } from '../ports/announcers.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { type AdmitDeps, admit } from './admit.ts';

const MAXIMUM_CLOCK_SKEW_MS = 60_000;

export interface TriageDeps extends AdmitDeps {
  readonly home: Home;
  readonly store: AdmitDeps['store'] &
    Pick<OperationStore, 'noteSpentTold' | 'markHealthy' | 'forgetAlerts' | 'recordRefusal' | 'setPause'>;
  readonly notifier: Notifier;
  readonly metrics: Pick<Metrics, 'refused'>;
}

/** What the triage state machine branches on. */
export type TriageDecision =
  | {
      readonly decision: 'heal';
      readonly operationId: string;
      readonly component: string;
      readonly fence: number;
    }
  | ({ readonly decision: 'refuse' } & Refusal)
  | { readonly decision: 'observe'; readonly detail: string };

/**
 * Turns one event into an operation, a recorded refusal, or an observation. Safe to repeat.
 *
 * @throws ServiceError if it can't be decided and recorded: the signal is kept, and an alarm rings
 */
export async function triage(deps: TriageDeps, event: unknown): Promise<TriageDecision> {
  const signal = parseSignal(event, deps.configuration, deps.clock.nowMs());
  const foreign = signal.kind === 'not-understood' ? undefined : foreignProblem(event, deps.home);
  if (foreign !== undefined) {
    return await refuseEvent(deps, event, 'unknown', { reason: 'FOREIGN_EVENT', detail: foreign });
  }
  switch (signal.kind) {
    case 'alert':
      return await triageAlert(deps, signal.alert);
    case 'recovery':
      return await triageRecovery(deps, signal.recovery);
    case 'control':
      return await control(deps, signal);
    case 'ignored':
      return { decision: 'observe', detail: signal.detail };
    case 'withheld':
      return await refuseEvent(deps, event, signal.component, { reason: signal.why, detail: signal.detail });
    case 'unknown-component':
      return await refuseEvent(deps, event, signal.name, {
        reason: 'UNKNOWN_COMPONENT',
        detail: `${signal.name} is no component, and no alarm of one, in selfheal.yaml`,
      });
    case 'unknown-source':
      return await refuseEvent(deps, event, 'unknown', { reason: 'UNKNOWN_SOURCE', detail: signal.problem });
    case 'not-understood':
      return await refuseEvent(deps, event, 'unknown', { reason: 'NOT_UNDERSTOOD', detail: signal.problem });
    default:
      return assertNever(signal);
  }
}

async function triageAlert(deps: TriageDeps, alert: HealthAlert): Promise<TriageDecision> {
  const admission = await admit(deps, alert);
  if (admission.outcome === 'admitted') {
    const { operationId, component, fence } = admission.operation;
    return { decision: 'heal', operationId, component, fence };
  }
  if (admission.outcome === 'ended-before') {
    return { decision: 'observe', detail: `the signal led to operation ${admission.operationId} before` };
  }
  const { refusal, strategyId, spentToldAtMs } = admission;
  await record(deps, { ...refusal, ...identityOf(alert), ...(strategyId !== undefined && { strategyId }) });
  if (refusal.reason === 'ATTEMPTS_SPENT' && spentToldAtMs === undefined) await tell(deps, alert, refusal);
  return { decision: 'refuse', ...refusal };
}

async function triageRecovery(deps: TriageDeps, recovery: Recovery): Promise<TriageDecision> {
  const { component } = recovery;
  await deps.store.forgetAlerts(component);
  if (saysItAll(deps, recovery)) await deps.store.markHealthy(component);
  return { decision: 'observe', detail: `${component} recovered on ${recovery.metric}` };
}

/**
 * Whether nobody else may see the component unwell: no other alarm, and no second peer. Otherwise the reconciler, which
 * sees them all, counts it as healthy. Other monitors are taken by their word.
 */
function saysItAll({ configuration }: TriageDeps, { component, alarmName }: Recovery): boolean {
  const alarms = alarmsByComponent(configuration).get(component) ?? [];
  return alarms.every(({ name }) => name === alarmName) && peersOf(configuration, component).length <= 1;
}

async function control(
  deps: TriageDeps,
  { command, reason, givenAtMs }: Extract<ParsedSignal, { kind: 'control' }>,
): Promise<TriageDecision> {
  const nowMs = deps.clock.nowMs();
  // Whoever sends an event may date it: one from the future must not outlast every later word.
  const taken = await deps.store.setPause(
    command === 'pause' ? { reason, sinceMs: nowMs } : undefined,
    Math.min(givenAtMs, nowMs + MAXIMUM_CLOCK_SKEW_MS),
  );
  const what = taken ? command : `${command}, overtaken by a later word`;
  return { decision: 'observe', detail: `${what}: ${reason}` };
}

/** Says that nothing more will be tried. It is noted after it was said: better twice than never. */
async function tell(deps: TriageDeps, alert: HealthAlert, refusal: Refusal): Promise<void> {
  const { component, metric, reason } = alert;
  const { detail, eligibleAtMs } = refusal;
  await deps.notifier.notify({
    topic: 'architect',
    subject: `Selfheal has spent its attempts on ${component}`,
    body: { kind: 'attempts-spent', component, metric, reason, detail, eligibleAtMs },
  });
  await deps.store.noteSpentTold(component, deps.clock.nowMs());
}

function identityOf(alert: HealthAlert): Omit<RefusalRecord, keyof Refusal | 'refusedAtMs'> {
  const { signalId, component, metric, occurredAtMs } = alert;
  return { signalId, component, metric, occurredAtMs };
}

async function refuseEvent(
  deps: TriageDeps,
  event: unknown,
  component: string,
  refusal: Refusal,
): Promise<TriageDecision> {
  const text = JSON.stringify(event) ?? 'undefined';
  const nowMs = deps.clock.nowMs();
  const detail = shortReason(refusal.detail);
  const { id, time } = envelopeOf(event);
  const givenMs = Date.parse(time ?? '');
  const occurredAtMs = timeProblem('time', givenMs, nowMs) === undefined ? givenMs : nowMs;
  await record(deps, {
    ...refusal,
    detail,
    component,
    signalId: id ?? signalHash(component, text),
    occurredAtMs,
  });
  return { decision: 'refuse', ...refusal, detail };
}

function envelopeOf(event: unknown): { readonly id?: string; readonly time?: string } {
  const { id, time } = (typeof event === 'object' && event !== null ? event : {}) as Record<string, unknown>;
  return { ...(typeof id === 'string' && { id }), ...(typeof time === 'string' && { time }) };
}

async function record(deps: TriageDeps, refusal: Omit<RefusalRecord, 'refusedAtMs'>): Promise<void> {
  await deps.store.recordRefusal({ ...refusal, refusedAtMs: deps.clock.nowMs() });
  deps.metrics.refused(refusal.reason);
}
