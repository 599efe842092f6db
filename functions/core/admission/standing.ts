import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Mode } from '../configuration/modes.ts';
import type { Strategy } from '../configuration/schema/schema.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import type { CalendarStates } from '../window/calendar-state.ts';
import { attemptsInWindow, decideAdmission, standingRefusal } from './decide-admission.ts';
import { type ModeInForce, modeNow } from './mode-now.ts';
import type { Limits } from './records.ts';
import type { Refusal } from './refusal.ts';

/** How a component stands with one of its strategies. */
export interface StrategyStanding {
  readonly strategyId: string;
  /** Within the window. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** What would come of it if it were used: it is carried out, proposed, or only recorded. */
  readonly mode: Mode;
  /** What a person set at run time, if the configuration would let more be done. */
  readonly setMode?: ModeInForce;
  /** Why it would not be used now. @default it would */
  readonly refusal?: Refusal;
}

/** What admission would answer if an alert on the component were raised now. */
export interface Standing {
  /** In the order of the configuration. */
  readonly strategies: readonly StrategyStanding[];
  /** Why none of them would be used; the one that ends first. @default one would be */
  readonly refusal?: Refusal;
}

/** Decided by admission itself, for each strategy that may heal the component. Nothing is claimed. */
export function standingOf(
  configuration: CompiledConfiguration,
  limits: Limits,
  nowMs: number,
  calendars: CalendarStates = {},
): Standing {
  const { component } = limits.component;
  const own = configuration.strategies.filter(({ components }) => components?.includes(component) ?? true);
  const strategies = own.map((strategy) =>
    strategyStanding(strategy, configuration, limits, nowMs, calendars),
  );
  if (strategies.length === 0) {
    const detail = `no strategy applies to ${component}`;
    const configured = configuration.components[component];
    const standing = configured && standingRefusal(component, configured, configuration, limits, nowMs);
    return { strategies, refusal: standing ?? { reason: 'NO_STRATEGY', detail } };
  }
  if (strategies.some(({ refusal }) => refusal === undefined)) return { strategies };
  const [refusal] = strategies
    .flatMap((strategy) => strategy.refusal ?? [])
    .toSorted((a, b) => endOf(a) - endOf(b));
  return { strategies, ...(refusal && { refusal }) };
}

function strategyStanding(
  strategy: Strategy,
  configuration: CompiledConfiguration,
  limits: Limits,
  nowMs: number,
  calendars: CalendarStates,
): StrategyStanding {
  const alert = criticalAlert(limits.component.component, strategy.id, nowMs);
  const decided = decideAdmission({ alert, strategies: [strategy], configuration, limits, nowMs, calendars });
  return {
    strategyId: strategy.id,
    attempts: attemptsInWindow(strategy, limits.component, nowMs).length,
    maxAttempts: strategy.maxAttempts,
    ...modeNow({ configuration, limits, nowMs }, limits.component.component, [strategy]),
    ...(decided.decision === 'refuse' && { refusal: decided.refusal }),
  };
}

/** Naming its strategy, so that alerts in a row are not counted: the next alert might complete them. */
function criticalAlert(component: string, strategyId: string, nowMs: number): HealthAlert {
  return {
    signalId: 'none',
    origin: 'manual',
    component,
    metric: 'manual',
    severity: 'CRITICAL',
    occurredAtMs: nowMs,
    reason: '',
    strategyId,
    targets: [],
  };
}

function endOf({ eligibleAtMs }: Refusal): number {
  return eligibleAtMs ?? Number.POSITIVE_INFINITY;
}
