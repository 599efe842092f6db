import {
  type AdmissionDecision,
  attemptsLeft,
  decideAdmission,
} from '../../core/admission/decide-admission.ts';
import { earlyRefusal } from '../../core/admission/early-refusal.ts';
import { grantedOperation } from '../../core/admission/granted-operation.ts';
import { modeNow } from '../../core/admission/mode-now.ts';
import { decidingCalendars } from '../../core/admission/outside-window.ts';
import { closedRefusal, type ProposalEnd } from '../../core/admission/proposal.ts';
import type { Limits } from '../../core/admission/records.ts';
import type { Refusal } from '../../core/admission/refusal.ts';
import { withReport } from '../../core/admission/reports.ts';
import { busySibling } from '../../core/admission/shared-targets.ts';
import { countsAsUnhealthy, isRemembered } from '../../core/admission/unhealthy.ts';
import { hasEnded, type Operation } from '../../core/operation/operation.ts';
import { operationIdOf } from '../../core/operation/operation-id.ts';
import { planIdOf } from '../../core/operation/operation-plan.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import type { CalendarStates } from '../../core/window/calendar-state.ts';
import type { Calendars } from '../../ports/calendars.ts';
import type { Clock } from '../../ports/clock.ts';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { ApprovedProposal } from '../../ports/held-back-store.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type AnsweringStrategies, strategiesFor } from '../diagnosis/strategies-for.ts';
import {
  type ConsideredStrategies,
  type ConsideredStrategiesDeps,
  consideredStrategies,
} from '../learning/considered-strategies.ts';
import { type HeldBackAdmission, heldBackBefore, holdBack } from './hold-back.ts';
import { noteReport } from './note-report.ts';
import { readCalendars } from './read-calendars.ts';

/**
 * All admissions meet on the fleet's record, one at a time. In a storm, the losers have to wait long enough for every
 * budget to be used up, but not longer than the function may run.
 */
const TRY_FOR_MS = 15_000;
const FIRST_BACKOFF_MS = 40;
const MAXIMUM_BACKOFF_MS = 1_500;

export type Admission =
  | HeldBackAdmission
  | { readonly outcome: 'admitted'; readonly operation: Operation }
  | { readonly outcome: 'ended-before'; readonly operationId: string }
  | {
      readonly outcome: 'refused';
      readonly refusal: Refusal;
      readonly strategyId?: string | undefined;
      /** When people were notified that all attempts are spent. */
      readonly exhaustionNotifiedAtMs?: number | undefined;
      /** Whether only observe mode, by every strategy that answers the alert, keeps a repair from being tried. */
      readonly isObserved?: boolean;
    };

export interface AdmitDeps extends ConsideredStrategiesDeps {
  readonly calendars: Calendars;
  readonly store: Pick<
    OperationStore,
    | 'noteDenial'
    | 'readLimits'
    | 'admit'
    | 'saveFailures'
    | 'markUnhealthy'
    | 'noteReport'
    | 'observe'
    | 'propose'
    | 'readHeldBack'
  >;
  readonly clock: Clock;
  /** 0 to 1, for the jitter between tries. */
  readonly random: () => number;
}

/** A proposal with its last approval, and the plan that people saw. */
export interface Approved extends ApprovedProposal {
  readonly proposalId: string;
  readonly planId: string;
}

/**
 * Asks for the right to heal. The decision is pure; the store accepts it only if the limits that it is based on still
 * hold. Otherwise it is made again, with the limits that have changed. If the limits can't be known, the signal is
 * refused.
 *
 * @param approved what people approved: every limit is checked again, and only what they saw is admitted
 * @throws ServiceError if the table refuses the request, for example for a missing permission
 */
export async function admit(deps: AdmitDeps, alert: HealthAlert, approved?: Approved): Promise<Admission> {
  const early = earlyRefusal(deps.configuration, alert);
  if (early) return { outcome: 'refused', refusal: early };
  const answering = await strategiesFor(deps.configuration.strategies, alert);
  if ('refusal' in answering) return { outcome: 'refused', refusal: answering.refusal };
  const { rollbacks } = answering;
  const { component, severity } = alert;
  const deciding = decidingCalendars(component, severity, deps.configuration, deps.clock.nowMs());
  const calendars = await readCalendars(deps, deciding);

  let considered: ConsideredStrategies | undefined;
  let known: Limits | undefined;
  let lastError: StoreUnavailable | undefined;
  const startedAtMs = deps.clock.nowMs();
  for (let attempt = 0; attempt === 0 || deps.clock.nowMs() - startedAtMs < TRY_FOR_MS; attempt += 1) {
    if (attempt > 0) await deps.clock.sleep(backoffMs(attempt) * (0.5 + deps.random() / 2));
    try {
      considered ??= await consideredStrategies(deps, alert, answering.strategies);
      const admission = await tryOnce(deps, { alert, ...considered, rollbacks, calendars, approved }, known);
      if (admission.outcome !== 'again') return admission;
      known = admission.limits;
    } catch (error) {
      // Waiting does not help with anything else, and a refusal would hide it.
      if (!(error instanceof StoreUnavailable)) throw error;
      lastError = error;
      known = undefined;
    }
  }
  const detail =
    lastError === undefined
      ? 'the limits kept changing while they were read'
      : `${lastError.name}: ${lastError.message}`;
  return { outcome: 'refused', refusal: { reason: 'LIMITS_UNKNOWN', detail: shortReason(detail) } };
}

function backoffMs(attempt: number): number {
  return Math.min(MAXIMUM_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}

interface Asked extends ConsideredStrategies, Pick<AnsweringStrategies, 'rollbacks'> {
  readonly alert: HealthAlert;
  readonly calendars: CalendarStates;
  readonly approved: Approved | undefined;
}

type Tried = Admission | { readonly outcome: 'again'; readonly limits?: Limits };

async function tryOnce(deps: AdmitDeps, asked: Asked, known: Limits | undefined): Promise<Tried> {
  const { configuration, store, clock } = deps;
  const { alert, strategies, rollbacks, ineffective, calendars, approved } = asked;
  const read = known ? { limits: known } : await store.readLimits(alert.component, operationIdOf(alert));
  const before = known ? undefined : await answeredBefore(deps, asked, read.limits);
  if (before) return before;
  if ('operation' in read && read.operation) return duplicateOf(read.operation);

  const limits = { ...read.limits, component: withReport(read.limits.component, alert) };
  const nowMs = clock.nowMs();
  const decision = decideAdmission({
    alert,
    strategies,
    configuration,
    limits,
    nowMs,
    approvedId: approved?.proposalId,
    calendars,
    rollbacks,
    ineffective,
  });
  if (decision.decision === 'refuse') return await refuse(deps, asked, read.limits, decision);
  if (approved) {
    const change = changeSince(approved, decision);
    if (change) return { outcome: 'refused', refusal: change, strategyId: decision.strategy.id };
  }
  if (decision.decision !== 'grant') return await holdBack(deps, alert, decision, limits);

  const operation = grantedOperation(alert, decision.grant);
  const outcome = await store.admit(operation, decision.grant, limits, approved);
  if (outcome.outcome === 'granted') return { outcome: 'admitted', operation };
  // The proposal says whose approval it was: it is read again.
  if (outcome.outcome === 'duplicate')
    return approved ? { outcome: 'again' } : duplicateOf(outcome.operation);
  return { outcome: 'again', ...(outcome.limits && { limits: outcome.limits }) };
}

/** What an earlier delivery of the same signal led to; for an approval, whether somebody was faster. */
async function answeredBefore(
  { configuration, store, clock }: AdmitDeps,
  { alert, strategies, approved }: Asked,
  limits: Limits,
): Promise<Admission | undefined> {
  if (!approved) return await heldBackBefore({ configuration, store, clock }, alert, strategies, limits);
  const { proposal } = await store.readHeldBack(approved.proposalId);
  if (isEndedBy(proposal?.end, approved.end)) return undefined;
  const refusal = proposal && closedRefusal(proposal, clock.nowMs());
  return refusal && { outcome: 'refused', refusal };
}

/** Whether it is this very approval that ended the proposal: its operation answers it. */
function isEndedBy(end: ProposalEnd | undefined, { kind, by, atMs }: ProposalEnd): boolean {
  return end?.kind === kind && end.by === by && end.atMs === atMs;
}

/** Only what people saw is carried out. */
function changeSince(
  { planId }: Approved,
  admitted: Exclude<AdmissionDecision, { readonly decision: 'refuse' }>,
): Refusal | undefined {
  const { decision, strategy, grant } = admitted;
  if (decision === 'observe') {
    const { setMode } = admitted;
    const why = setMode ? ` (${setMode.reason})` : '';
    const detail = shortReason(`the mode is observe now: nothing is carried out${why}`);
    return { reason: 'PLAN_CHANGED', detail };
  }
  if (planIdOf(grant.plan) === planId) return undefined;
  const detail = `strategy ${strategy.id}, or the component, has changed since the proposal`;
  return { reason: 'PLAN_CHANGED', detail };
}

async function refuse(
  deps: AdmitDeps,
  { alert, strategies, ineffective }: Asked,
  limits: Limits,
  decision: Extract<AdmissionDecision, { readonly decision: 'refuse' }>,
): Promise<Tried> {
  const { refusal, strategy, failuresMs } = decision;
  if (strategy && failuresMs && !(await deps.store.saveFailures(limits.component, strategy.id, failuresMs))) {
    return { outcome: 'again' };
  }
  // The reconciler looks only at components that count as unhealthy, and their records have to be cleared one day.
  // That an isolation is to be lifted says nothing of health.
  const isAboutHealth = alert.lifts === undefined;
  if (
    isAboutHealth &&
    (isRemembered(decision) || countsAsUnhealthy(alert.component, deps.configuration, decision))
  ) {
    await countAsUnhealthy(deps, alert.component, limits);
    await noteReport(deps, alert, limits.component);
  } else if (isAboutHealth && limits.fleet.unhealthy.includes(alert.component)) {
    await noteReport(deps, alert, limits.component);
  }
  const { exhaustionNotifiedAtMs } = limits.component;
  const nowMs = deps.clock.nowMs();
  const { mode } = modeNow({ configuration: deps.configuration, limits, nowMs }, alert.component, strategies);
  // What real repairs have spent stays spent when the mode ends, and people are notified only once.
  const isObserved =
    mode === 'observe' &&
    strategies.some((each) => attemptsLeft(each, limits.component, nowMs) && !ineffective.has(each.id));
  return {
    outcome: 'refused',
    refusal:
      refusal.reason === 'TARGET_BUSY' ? await namingTheOperation(deps, alert, limits, refusal) : refusal,
    strategyId: strategy?.id,
    exhaustionNotifiedAtMs,
    isObserved,
  };
}

/**
 * A signal delivered twice: if its operation is running, it is started again, which is harmless because executions have
 * unique names.
 */
function duplicateOf(operation: Operation): Admission {
  return hasEnded(operation)
    ? { outcome: 'ended-before', operationId: operation.operationId }
    : { outcome: 'admitted', operation };
}

/** The fleet's record says which components are in flight; a sibling's own says with which operation, and until when. */
async function namingTheOperation(
  { configuration, store }: AdmitDeps,
  alert: HealthAlert,
  { fleet }: Limits,
  refusal: Refusal,
): Promise<Refusal> {
  const sibling = busySibling(alert.component, configuration, fleet);
  if (sibling === undefined) return refusal;
  const { claim } = (await store.readLimits(sibling)).limits.component;
  if (!claim) return refusal;
  return {
    ...refusal,
    detail: `${refusal.detail}: operation ${claim.operationId}`,
    eligibleAtMs: claim.leaseUntilMs,
  };
}

async function countAsUnhealthy(deps: AdmitDeps, component: string, { fleet }: Limits): Promise<void> {
  if (!fleet.unhealthy.includes(component)) await deps.store.markUnhealthy(component);
}
