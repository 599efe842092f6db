import { type Proposal, proposalState } from '../../core/admission/proposal.ts';
import {
  isExhausted,
  type Refusal,
  type RefusalReason,
  type RefusalRecord,
} from '../../core/admission/refusal.ts';
import { assertNever } from '../../core/assert-never.ts';
import type { ChangeReport } from '../../core/change/parse-change.ts';
import { mayCorrelate } from '../../core/correlation/neighbourhood.ts';
import { errorTypeOf } from '../../core/signal/error-type.ts';
import type { HealthAlert, Recovery } from '../../core/signal/health-alert.ts';
import { foreignProblem } from '../../core/signal/home.ts';
import { parseSignal } from '../../core/signal/parse-signal.ts';
import { isConclusive } from '../../core/verification/observed-components.ts';
import { notingDenials } from '../denials.ts';
import type { Diagnosed } from '../diagnosis/diagnose-alert.ts';
import { questionsAbout } from '../diagnosis/questions.ts';
import { type Admission, admit } from './admit.ts';
import { noteRecovery } from './note-recovery.ts';
import { noteReport } from './note-report.ts';
import { recordRefusal, refuseEvent } from './refuse-event.ts';
import type { TriageDecision, TriageDeps } from './triage-deps.ts';

/**
 * Turns one event into an operation, a recorded refusal, or an observation. Safe to repeat.
 *
 * @throws ServiceError if it can't be decided and recorded: the signal is kept, and an alarm rings
 */
export async function triage(deps: TriageDeps, event: unknown): Promise<TriageDecision> {
  return await notingDenials(deps, () => decide(deps, event));
}

async function decide(deps: TriageDeps, event: unknown): Promise<TriageDecision> {
  const signal = parseSignal(event, deps.configuration, deps.clock.nowMs());
  const foreign = signal.kind === 'not-understood' ? undefined : foreignProblem(event, deps.home);
  if (foreign !== undefined) {
    return await refuseEvent(deps, event, { reason: 'FOREIGN_EVENT', detail: foreign });
  }
  switch (signal.kind) {
    case 'alert':
      return await triageAlert(deps, signal.alert);
    case 'recovery':
      return await triageRecovery(deps, signal.recovery);
    // People decide seldom: what they decide by is loaded when they do.
    case 'control': {
      const { control } = await import('./control.ts');
      return await control(deps, event, signal.control);
    }
    case 'approval': {
      const { decideProposal } = await import('../approvals/decide-proposal.ts');
      return await decideProposal(deps, event, signal.approval);
    }
    case 'change-report':
      return await triageChange(deps, event, signal.report);
    case 'ignored':
      return { decision: 'observe', detail: signal.detail };
    case 'withheld':
      return await refuseEvent(deps, event, { reason: signal.why, detail: signal.detail });
    case 'unknown-component':
      return await refuseUnknown(deps, event, signal.name);
    case 'unknown-source':
      return await refuseEvent(deps, event, { reason: 'UNKNOWN_SOURCE', detail: signal.problem });
    case 'not-understood':
      return await refuseEvent(deps, event, { reason: 'NOT_UNDERSTOOD', detail: signal.problem });
    default:
      return assertNever(signal);
  }
}

async function triageAlert(deps: TriageDeps, alert: HealthAlert): Promise<TriageDecision> {
  const diagnosed = await diagnosedAlert(deps, alert);
  if ('refusal' in diagnosed) {
    await noteReport(deps, alert);
    await recordRefusal(deps, { ...diagnosed.refusal, ...identityOf(alert) });
    // What is left to a dependency has joined the dependency's incident already.
    if (diagnosed.refusal.reason !== 'CAUSE_ELSEWHERE') await correlate(deps, alert);
    return { decision: 'refuse', ...diagnosed.refusal };
  }
  const admission = await admit(deps, diagnosed.alert);
  await correlate(deps, diagnosed.alert, admission);
  if (admission.outcome === 'admitted') {
    const { operationId, component, fence } = admission.operation;
    return { decision: 'heal', operationId, component, fence };
  }
  if (admission.outcome === 'ended-before') {
    return { decision: 'observe', detail: `the signal already led to operation ${admission.operationId}` };
  }
  if (admission.outcome === 'observed') {
    const { operationId, strategyId } = admission.observation.operation;
    return { decision: 'observe', detail: `would be healed by ${strategyId}: observation ${operationId}` };
  }
  if (admission.outcome === 'proposed') return await propose(deps, admission.proposal);
  const { refusal, strategyId, exhaustionNotifiedAtMs, isObserved = false } = admission;
  await recordRefusal(deps, {
    ...refusal,
    ...identityOf(alert),
    ...(strategyId !== undefined && { strategyId }),
  });
  // The reconciler keeps asking for a lift, and calls people if that is in vain.
  const isCalledFor = alert.lifts === undefined && exhaustionNotifiedAtMs === undefined;
  if (isExhausted(refusal.reason) && isCalledFor) await notifyExhausted(deps, alert, refusal, isObserved);
  return { decision: 'refuse', ...refusal };
}

/** What reads changes is loaded with the first of them; so is what people's own events need. */
async function triageChange(deps: TriageDeps, event: unknown, report: ChangeReport): Promise<TriageDecision> {
  const { parseChange } = await import('../../core/change/parse-change.ts');
  const parsed = parseChange(report, deps.configuration);
  switch (parsed.kind) {
    case 'changes': {
      const { recordChanges } = await import('../changes/record-changes.ts');
      return await recordChanges(deps, parsed.changes);
    }
    case 'ignored':
      return { decision: 'observe', detail: parsed.detail };
    case 'unknown-component':
      return await refuseUnknown(deps, event, parsed.name);
    case 'not-understood':
      return await refuseEvent(deps, event, { reason: 'NOT_UNDERSTOOD', detail: parsed.problem });
    default:
      return assertNever(parsed);
  }
}

/** Most configurations ask nothing of diagnosis, which is loaded only when it is needed. */
async function diagnosedAlert(deps: TriageDeps, alert: HealthAlert): Promise<Diagnosed> {
  const questions = questionsAbout(deps.configuration, alert);
  if (!questions) return { alert };
  const { diagnoseAlert } = await import('../diagnosis/diagnose-alert.ts');
  return await diagnoseAlert(deps, alert, questions);
}

/** Refusals of what is no alert yet, or none that anybody has to know of. */
const NOT_CORRELATED: ReadonlySet<RefusalReason> = new Set([
  'TRIGGER_PENDING',
  'SEVERITY_TOO_LOW',
  'UNKNOWN_TARGET',
]);

/** Puts the alert on record with its incident, where alerts of several components can be one. */
async function correlate(deps: TriageDeps, alert: HealthAlert, admission?: Admission): Promise<void> {
  if (!mayCorrelate(deps.configuration) || admission?.outcome === 'ended-before' || alert.lifts) return;
  if (admission?.outcome === 'refused' && NOT_CORRELATED.has(admission.refusal.reason)) return;
  const { joinIncident } = await import('../correlation/join-incident.ts');
  const operationId = admission?.outcome === 'admitted' ? admission.operation.operationId : undefined;
  await joinIncident(deps, { alert, ...(operationId !== undefined && { operationId }) });
}

/** People are asked once. If this stops before, and the signal leads elsewhere next time, the reconciler asks them. */
async function propose(deps: TriageDeps, proposal: Proposal): Promise<TriageDecision> {
  const { operationId, strategyId } = proposal.operation;
  const state = proposalState(proposal, deps.clock.nowMs());
  if (state !== 'OPEN')
    return {
      decision: 'observe',
      detail: `the signal already led to proposal ${operationId}, which is ${state}`,
    };
  if (proposal.notifiedAtMs === undefined) {
    const strategy = deps.configuration.strategies.find(({ id }) => id === strategyId);
    const { askPeople } = await import('../approvals/ask-people.ts');
    await askPeople(deps, proposal, strategy);
  }
  return { decision: 'observe', detail: `${strategyId} waits for an approval: proposal ${operationId}` };
}

async function triageRecovery(deps: TriageDeps, recovery: Recovery): Promise<TriageDecision> {
  const { component, occurredAtMs, reporter } = recovery;
  if (reporter !== undefined) await deps.store.endReports(component, reporter);
  const { isForgotten, isHeldBack } = await deps.store.forgetAlerts(component);
  if (isForgotten && isConclusive(recovery, deps.configuration)) {
    if (isHeldBack) await noteRecovery(deps, component, occurredAtMs);
    await deps.store.markHealthy(component);
  }
  return { decision: 'observe', detail: `${component} recovered on ${recovery.metric}` };
}

async function refuseUnknown(deps: TriageDeps, event: unknown, name: string): Promise<TriageDecision> {
  const detail = `${name} is neither a component nor an alarm of one in selfheal.yaml`;
  return await refuseEvent(deps, event, { reason: 'UNKNOWN_COMPONENT', detail }, name);
}

/** Notifies the architect that nothing more will be tried, and notes it afterwards: better twice than not at all. */
async function notifyExhausted(
  deps: TriageDeps,
  alert: HealthAlert,
  refusal: Refusal,
  isObserved: boolean,
): Promise<void> {
  const { component, origin, metric, reason, alarmName } = alert;
  const { detail, eligibleAtMs } = refusal;
  await deps.notifier.notify({
    topic: 'architect',
    subject: exhaustedSubject(component, refusal.reason, isObserved),
    body: {
      ...{ kind: 'attempts-spent', component, origin, metric, reason, detail, eligibleAtMs },
      errorType: errorTypeOf(alert),
      ...(isObserved && { observed: true }),
      ...(alarmName !== undefined && { alarmName }),
    },
  });
  await deps.store.noteExhaustionNotified(component, deps.clock.nowMs());
  // So that the reconciler forgets it when the component is healthy again.
  await deps.store.markUnhealthy(component);
}

function exhaustedSubject(component: string, reason: Refusal['reason'], isObserved: boolean): string {
  if (isObserved) return `Selfheal would have spent its attempts on ${component}: it only observes`;
  return reason === 'INEFFECTIVE'
    ? `Selfheal repairs ${component} without lasting effect`
    : `Selfheal has spent its attempts on ${component}`;
}

function identityOf(alert: HealthAlert): Omit<RefusalRecord, keyof Refusal | 'refusedAtMs'> {
  const { signalId, component, metric, occurredAtMs } = alert;
  return { signalId, component, metric, occurredAtMs };
}
