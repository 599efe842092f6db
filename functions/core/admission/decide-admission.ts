import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Component, Strategy } from '../configuration/schema/schema.ts';
import type { IneffectiveChains } from '../learning/ineffective-chain.ts';
import { operationIdOf } from '../operation/operation-id.ts';
import { type OperationPlan, planOf } from '../operation/operation-plan.ts';
import { shortReason } from '../signal/event-values.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { failuresInWindow } from '../signal/match-strategy.ts';
import type { CalendarStates } from '../window/calendar-state.ts';
import { fleetRefusal, groupRefusal } from './budgets.ts';
import { capacityRefusal } from './capacity.ts';
import type { Grant } from './grant.ts';
import { isInForce } from './in-force.ts';
import { type ModeInForce, modeNow } from './mode-now.ts';
import { ifObservedWereReal } from './observed-limits.ts';
import { windowRefusal } from './outside-window.ts';
import { settingInForce } from './override.ts';
import { overtakenLiftRefusal } from './overtaken-lift.ts';
import { proposalRefusal } from './proposal.ts';
import type { ComponentRecord, Limits, Pause } from './records.ts';
import type { Refusal } from './refusal.ts';
import { queueRefusal, withPlace } from './repair-queue.ts';
import { sharedRollbackRefusal } from './shared-rollback.ts';
import { sharedTargetRefusal } from './shared-targets.ts';

/** How long a new operation has until its first step must renew the lease. */
const START_LEASE_SECONDS = 120;

export type AdmissionDecision =
  | { readonly decision: 'grant'; readonly strategy: Strategy; readonly grant: Grant }
  /** It would be granted, but the mode does not allow it to run, or not without approval: the grant gives no right. */
  | {
      readonly decision: 'observe' | 'propose';
      readonly strategy: Strategy;
      readonly grant: Grant;
      /** What a person set at run time, if the configuration would let more be done. */
      readonly setMode?: ModeInForce;
    }
  | {
      readonly decision: 'refuse';
      readonly refusal: Refusal;
      readonly strategy?: Strategy;
      /** To be recorded, so that the next alert in a row continues the count. */
      readonly failuresMs?: readonly number[];
    };

/** What admission decides on. */
export interface AdmissionQuestion {
  readonly alert: HealthAlert;
  /** Those that match the alert, in order; when one has spent its attempts the next is tried. */
  readonly strategies: readonly Strategy[];
  readonly configuration: CompiledConfiguration;
  readonly limits: Limits;
  readonly nowMs: number;
  /** The proposal that people approved: it is not proposed again, and the alerts in a row were counted then. */
  readonly approvedId?: string | undefined;
  /** What is known of the calendars of the component's windows; what is not known counts as closed. @default nothing */
  readonly calendars?: CalendarStates;
  /** Strategies that would roll the alert's change back for every component that it changed, by id. @default none */
  readonly rollbacks?: ReadonlySet<string>;
  /** Strategies that are passed over, as if they had spent their attempts. @default none */
  readonly ineffective?: IneffectiveChains;
  /**
   * Whether a repair may take away capacity that the demand needs. That depends on the alert's targets and causes: left to
   * triage where they are not known yet. @default 'judged'
   */
  readonly capacity?: 'judged' | 'left-to-triage';
}

/** Whether an alert may be healed now, on what is known of every limit, and whether its mode lets it be carried out. */
export function decideAdmission(question: AdmissionQuestion): AdmissionDecision {
  const { alert, strategies, configuration, limits, nowMs, approvedId } = question;
  const decision = decideIgnoringMode(question);
  const { strategy } = decision;
  const considered = strategy ? strategies.slice(0, strategies.indexOf(strategy) + 1) : strategies;
  const { mode, setMode } = modeNow({ configuration, limits, nowMs }, alert.component, considered);
  switch (mode) {
    case 'auto':
      return decision;
    case 'propose': {
      if (decision.decision !== 'grant' || approvedId === decision.grant.operationId) return decision;
      const refusal = proposalRefusal(limits.component, nowMs);
      return refusal
        ? { decision: 'refuse', strategy: decision.strategy, refusal }
        : { ...decision, decision: 'propose', ...(setMode && { setMode }) };
    }
    case 'observe': {
      const observed = decideIgnoringMode({ ...question, limits: ifObservedWereReal(limits, nowMs) });
      return observed.decision === 'grant'
        ? { ...observed, decision: 'observe', ...(setMode && { setMode }) }
        : observed;
    }
  }
}

function decideIgnoringMode({
  alert,
  strategies,
  configuration,
  limits,
  nowMs,
  approvedId,
  calendars = {},
  rollbacks = new Set(),
  ineffective = new Map(),
  capacity = 'judged',
}: AdmissionQuestion): Exclude<AdmissionDecision, { readonly decision: 'observe' | 'propose' }> {
  const component = configuration.components[alert.component];
  if (!component) {
    const detail = `${alert.component} is not a component in selfheal.yaml`;
    return { decision: 'refuse', refusal: { reason: 'UNKNOWN_COMPONENT', detail } };
  }
  const standing = standingRefusal(alert.component, component, configuration, limits, nowMs);
  if (standing) return { decision: 'refuse', refusal: standing };
  const overtaken = overtakenLiftRefusal(alert, limits.fleet);
  if (overtaken) return { decision: 'refuse', refusal: overtaken };
  const closed = windowRefusal(
    alert.component,
    alert.severity,
    { configuration, fleet: limits.fleet, calendars },
    nowMs,
  );
  if (closed) return { decision: 'refuse', refusal: closed };

  const strategy = strategies.find(
    (candidate) => attemptsLeft(candidate, limits.component, nowMs) && !ineffective.has(candidate.id),
  );
  if (!strategy) {
    return {
      decision: 'refuse',
      refusal: exhaustedRefusal(strategies, ineffective, limits.component, nowMs),
    };
  }

  const failuresMs = failuresInWindow(limits.component.failuresMs[strategy.id] ?? [], alert, strategy);
  const isCounted = alert.strategyId === undefined && approvedId === undefined;
  if (isCounted && failuresMs.length < strategy.trigger.consecutiveFailures) {
    const detail = `${failuresMs.length} of ${strategy.trigger.consecutiveFailures} alerts within ${strategy.trigger.withinSeconds} s`;
    return { decision: 'refuse', strategy, refusal: { reason: 'TRIGGER_PENDING', detail }, failuresMs };
  }

  const plan = planOf(strategy, component);
  const change = rollbacks.has(strategy.id) ? alert.change : undefined;
  const refusal =
    sharedRollbackRefusal(alert.component, change, limits.fleet) ??
    cooldownRefusal(strategy, limits, nowMs) ??
    groupRefusal(alert, configuration, limits.fleet) ??
    // Before the fleet's budget: what must not begin keeps no place in the queue for it.
    (capacity === 'judged' ? capacityRefusal(alert, plan, configuration, limits.fleet) : undefined) ??
    fleetRefusal(configuration, limits.fleet) ??
    (approvedId === undefined ? queueRefusal(alert, configuration, limits.fleet, nowMs) : undefined) ??
    sharedTargetRefusal(alert.component, configuration, limits.fleet);
  if (refusal)
    return {
      decision: 'refuse',
      strategy,
      refusal: withPlace(refusal, alert.component, limits.fleet, nowMs),
    };
  const grant = grantOf(alert, plan, configuration, limits, nowMs);
  const rollsBack = change && { source: change.source, changeId: change.changeId };
  return { decision: 'grant', strategy, grant: { ...grant, ...(rollsBack && { rollsBack }) } };
}

/** What stops healing a component whatever the strategy: it is switched off, paused, excluded, or in progress. */
export function standingRefusal(
  name: string,
  component: Component,
  configuration: CompiledConfiguration,
  limits: Limits,
  nowMs: number,
): Refusal | undefined {
  const { settings } = configuration;
  if (!settings.autoHealEnabled) {
    return { reason: 'AUTO_HEAL_DISABLED', detail: 'settings.autoHealEnabled is false' };
  }
  if (settings.paused) return { reason: 'PAUSED', detail: 'settings.paused is true' };
  const { pause } = limits.fleet;
  if (pause && isInForce(pause, nowMs)) {
    return { reason: 'PAUSED', detail: pause.reason, ...until(pause) };
  }
  const overridden = overrideRefusal(component, limits, nowMs);
  if (overridden) return overridden;
  if (component.excluded) return { reason: 'EXCLUDED', detail: `component ${name} is excluded` };
  const { claim } = limits.component;
  // An expired lease is still a claim: the reconciler ends its operation properly before the next one starts.
  return (
    claim && {
      reason: 'IN_PROGRESS',
      detail: `operation ${claim.operationId}`,
      eligibleAtMs: claim.leaseUntilMs,
    }
  );
}

/** A person has paused the group, or has the component left alone. */
function overrideRefusal({ group }: Component, limits: Limits, nowMs: number): Refusal | undefined {
  const paused = group === undefined ? undefined : limits.fleet.groupPauses?.[group];
  const pause = settingInForce(paused, nowMs);
  if (pause)
    return { reason: 'PAUSED', detail: shortReason(`group ${group}: ${pause.reason}`), ...until(pause) };
  const exclusion = settingInForce(limits.component.exclusion, nowMs);
  return exclusion && { reason: 'EXCLUDED', detail: exclusion.reason, ...until(exclusion) };
}

function until({ untilMs }: Pause): Pick<Refusal, 'eligibleAtMs'> {
  return untilMs === undefined ? {} : { eligibleAtMs: untilMs };
}

/** Admissions of a component by a strategy that still count towards its `maxAttempts`. */
export function attemptsInWindow(
  strategy: Strategy,
  record: ComponentRecord,
  nowMs: number,
): readonly number[] {
  const since = nowMs - strategy.attemptWindowSeconds * 1_000;
  return (record.attemptsMs[strategy.id] ?? []).filter((time) => time > since);
}

/** Whether a strategy may be tried once more, by the repairs that were carried out. */
export function attemptsLeft(strategy: Strategy, record: ComponentRecord, nowMs: number): boolean {
  return attemptsInWindow(strategy, record, nowMs).length < strategy.maxAttempts;
}

/** Every strategy has spent its attempts, or has had no lasting effect: once more would be the same again. */
function exhaustedRefusal(
  strategies: readonly Strategy[],
  ineffective: IneffectiveChains,
  record: ComponentRecord,
  nowMs: number,
): Refusal {
  const free = strategies.map((strategy) => {
    const spentUntilMs = attemptsLeft(strategy, record, nowMs) ? 0 : freeAtMs(strategy, record, nowMs);
    return Math.max(spentUntilMs, ineffective.get(strategy.id)?.eligibleAtMs ?? 0);
  });
  const detail = strategies.map(({ id, maxAttempts }) => {
    const chain = ineffective.get(id);
    return chain
      ? `${id}: ${chain.repairs} repairs without lasting effect`
      : `${id}: ${maxAttempts} of ${maxAttempts}`;
  });
  const isIneffective = strategies.some(({ id }) => ineffective.has(id));
  return {
    reason: isIneffective ? 'INEFFECTIVE' : 'ATTEMPTS_SPENT',
    detail: detail.join(', '),
    eligibleAtMs: Math.min(...free),
  };
}

/** When the oldest attempt that fills a strategy's window leaves it. */
function freeAtMs(strategy: Strategy, record: ComponentRecord, nowMs: number): number {
  const attempts = attemptsInWindow(strategy, record, nowMs);
  return (attempts[attempts.length - strategy.maxAttempts] ?? nowMs) + strategy.attemptWindowSeconds * 1_000;
}

function cooldownRefusal(strategy: Strategy, limits: Limits, nowMs: number): Refusal | undefined {
  // Both: a cooldown that has begun holds, even if the strategy's scope has changed since.
  const { [strategy.id]: ofComponent = 0 } = limits.component.cooldownUntilMs;
  const { [strategy.id]: ofStrategy = 0 } = limits.fleet.strategyCooldownUntilMs;
  const untilMs = Math.max(ofComponent, ofStrategy);
  if (untilMs <= nowMs) return undefined;
  return { reason: 'COOLDOWN', detail: `strategy ${strategy.id} is in cooldown`, eligibleAtMs: untilMs };
}

/**
 * Newer than the last fence, and than any that hosts may remember from before the table was restored or recreated, when
 * the last one is no longer known. Hence it grows with time, in seconds since the epoch.
 */
function nextFence(last: number, nowMs: number): number {
  return Math.max(last + 1, Math.floor(nowMs / 1_000));
}

function grantOf(
  alert: HealthAlert,
  plan: OperationPlan,
  configuration: CompiledConfiguration,
  limits: Limits,
  nowMs: number,
): Grant {
  const { strategy } = plan;
  const operationId = operationIdOf(alert);
  const attemptsMs = [...attemptsInWindow(strategy, limits.component, nowMs), nowMs];
  return {
    operationId,
    claim: {
      operationId,
      strategyId: strategy.id,
      fence: nextFence(limits.component.fence, nowMs),
      leaseUntilMs: nowMs + START_LEASE_SECONDS * 1_000,
    },
    plan,
    attempt: attemptsMs.length,
    attemptsMs,
    startedAtMs: nowMs,
    deadlineMs: nowMs + configuration.settings.repairTimeoutSeconds * 1_000,
  };
}
