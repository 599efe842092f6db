import {
  type RepairPrioritiesDeps,
  repairPriorities,
} from '../../functions/app/recover/repair-priorities.ts';
import { createRound } from '../../functions/app/recover/round.ts';
import { withInFlight, withMember } from '../../functions/core/admission/budgets.ts';
import { decideAdmission } from '../../functions/core/admission/decide-admission.ts';
import type { FleetRecord, Limits } from '../../functions/core/admission/records.ts';
import type { Refusal } from '../../functions/core/admission/refusal.ts';
import { byTurn } from '../../functions/core/admission/repair-queue.ts';
import { isWorthAsking, lastTurnMs, stillRedAlert } from '../../functions/core/admission/still-red.ts';
import { countsAsUnhealthy, leavesUntouched } from '../../functions/core/admission/unhealthy.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { matchingStrategies } from '../../functions/core/signal/match-strategy.ts';
import { alarmsByComponent, type NamedAlarm } from '../../functions/core/verification/observed-components.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import type { AlarmEngine } from '../alarms/alarm-engine.ts';

/** Consecutive rounds of the reconciler that, for the same reason, did not ask to heal an alarm. */
export interface Unasked extends Refusal {
  readonly alarmName: string;
  readonly strategyId?: string;
  /** Times of the first and the last of the rounds, epoch milliseconds. */
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface UnaskedLog {
  /** Looks at what a round of the reconciler is about to decide. */
  readonly look: (nowMs: number) => Promise<void>;
  /** In order of their beginning. */
  readonly list: () => readonly Unasked[];
}

export interface UnaskedDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'readLimits'>;
  readonly correlation: RepairPrioritiesDeps['correlation'];
  readonly alarms: Pick<AlarmEngine, 'registry'>;
}

type Reason = Omit<Unasked, 'firstMs' | 'lastMs'>;

/**
 * Why red alarms wait. The reconciler asks to heal one only when it would be granted, and records nothing of the
 * others; here its decision is made again, by the same functions, in the same order and with the same limits.
 */
export function createUnaskedLog(deps: UnaskedDeps): UnaskedLog {
  const ended: Unasked[] = [];
  let running: readonly Unasked[] = [];
  return {
    look: async (nowMs) => {
      const reasons = await reasonsOf(deps, nowMs);
      const before = running;
      running = reasons.map((reason) => {
        const same = before.find(
          (each) => each.alarmName === reason.alarmName && each.reason === reason.reason,
        );
        return {
          ...reason,
          detail: same?.detail ?? reason.detail,
          firstMs: same?.firstMs ?? nowMs,
          lastMs: nowMs,
        };
      });
      const isOn = (each: Unasked) =>
        running.some(({ alarmName, firstMs }) => alarmName === each.alarmName && firstMs === each.firstMs);
      ended.push(...before.filter((each) => !isOn(each)));
    },
    list: () => [...ended, ...running].sort((a, b) => a.firstMs - b.firstMs),
  };
}

interface RedComponent {
  readonly component: string;
  readonly alarms: readonly NamedAlarm[];
  readonly limits: Limits;
  /** Since when it waits, epoch milliseconds. */
  readonly sinceMs: number;
}

async function reasonsOf(deps: UnaskedDeps, nowMs: number): Promise<readonly Reason[]> {
  const reasons: Reason[] = [];
  const red = await redComponents(deps);
  let fleet = red.at(-1)?.limits.fleet;
  const priorities = await repairPriorities(deps, red, createRound());
  const waiting = red.map((each) => ({ ...each, priority: priorities.get(each.component) ?? 0 }));
  for (const { alarms, limits } of waiting.toSorted(byTurn)) {
    for (const alarm of alarms) {
      const turn = decide(deps.configuration, alarm, { ...limits, fleet: fleet ?? limits.fleet }, nowMs);
      ({ fleet } = turn);
      if (turn.reason) reasons.push(turn.reason);
      if (turn.isAsked) break;
    }
  }
  return reasons;
}

async function redComponents({
  configuration,
  store,
  alarms,
}: UnaskedDeps): Promise<readonly RedComponent[]> {
  const red: RedComponent[] = [];
  for (const [component, bound] of alarmsByComponent(configuration)) {
    const inAlarm = bound.filter(({ name }) => alarms.registry.find(name)?.state.value === 'ALARM');
    if (inAlarm.length === 0) continue;
    const { limits } = await store.readLimits(component);
    const redSinceMs = Math.min(
      ...inAlarm.map(({ name }) => alarms.registry.find(name)?.transitionedMs ?? 0),
    );
    red.push({ component, alarms: inAlarm, limits, sinceMs: Math.max(redSinceMs, lastTurnMs(limits)) });
  }
  return red;
}

interface Turn {
  readonly isAsked: boolean;
  /** As the next alarm in turn finds it. */
  readonly fleet: FleetRecord;
  readonly reason?: Reason;
}

/** An alarm that can't be healed at all was refused for that when it went off, which is not a wait. */
function decide(
  configuration: CompiledConfiguration,
  alarm: NamedAlarm,
  limits: Limits,
  nowMs: number,
): Turn {
  const { component, name } = alarm;
  const { fleet } = limits;
  const alert = stillRedAlert(alarm, nowMs);
  const strategies = matchingStrategies(configuration.strategies, alert);
  if (strategies.length === 0) return { isAsked: false, fleet };
  const question = { alert, strategies, configuration, limits, nowMs };
  const decision = decideAdmission({ ...question, capacity: 'left-to-triage' });
  if (decision.decision === 'grant') return { isAsked: true, fleet: withInFlight(fleet, component) };

  if (decision.decision !== 'refuse') return { isAsked: true, fleet };
  const { refusal, strategy } = decision;
  if (leavesUntouched(decision)) return { isAsked: false, fleet };
  if (isWorthAsking(decision, limits)) return { isAsked: true, fleet };
  return {
    isAsked: false,
    fleet: countsAsUnhealthy(component, configuration, decision)
      ? { ...fleet, unhealthy: withMember(fleet.unhealthy, component) }
      : fleet,
    reason: { ...refusal, alarmName: name, ...(strategy && { strategyId: strategy.id }) },
  };
}
