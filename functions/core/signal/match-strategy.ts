import { assertNever } from '../assert-never.ts';
import type { ComponentStatus, Strategy } from '../configuration/schema/strategy-schema.ts';
import type { HealthAlert } from './health-alert.ts';

/** The parts of a strategy and of an alert that decide whether the strategy answers the alert. */
type Answering = Pick<Strategy, 'id' | 'trigger'> & Partial<Pick<Strategy, 'components'>>;
type Answered = Pick<
  HealthAlert,
  'component' | 'origin' | 'metric' | 'severity' | 'suggestedAction' | 'strategyId' | 'causes'
>;

/**
 * The strategies that answer an alert, in order: the first wins, the rest are the ladder's higher rungs. A peer that
 * the watchdog wants isolated is still OFFLINE: if no strategy isolates it, those that restart it are tried again. An
 * alert that has not been diagnosed may have any cause.
 */
export function matchingStrategies<Candidate extends Answering>(
  strategies: readonly Candidate[],
  alert: Answered,
): readonly Candidate[] {
  const own = strategies.filter((strategy) => appliesTo(strategy, alert.component));
  const matching = own.filter((strategy) => answers(strategy, alert));
  if (matching.length > 0 || alert.origin !== 'watchdog' || alert.suggestedAction !== 'isolate') {
    return matching;
  }
  return own.filter((strategy) => answers(strategy, { ...alert, suggestedAction: 'restart' }));
}

function appliesTo(strategy: Answering, component: string): boolean {
  return strategy.components === undefined || strategy.components.includes(component);
}

function answers(strategy: Answering, alert: Answered): boolean {
  if (alert.strategyId !== undefined) return strategy.id === alert.strategyId;
  const { metrics, statuses, causes } = strategy.trigger;
  if (causes.length > 0 && !hasCause(strategy, alert)) return false;
  if (metrics.length + statuses.length === 0) return !isMiss(alert);
  return (
    (metrics.includes(alert.metric) && !isMiss(alert)) || statuses.some((status) => hasStatus(alert, status))
  );
}

/**
 * The most likely cause decides: of two in question, a repair for the other is a guess. A surge comes from a caller, and is
 * answered where there is too much to do.
 */
function hasCause({ trigger: { causes, confidenceThreshold } }: Answering, alert: Answered): boolean {
  if (alert.causes === undefined) return true;
  const [likeliest] = alert.causes;
  return (
    likeliest !== undefined &&
    (likeliest.component === alert.component || likeliest.code === 'TRAFFIC_SURGE') &&
    likeliest.confidence >= confidenceThreshold &&
    causes.includes(likeliest.code)
  );
}

/**
 * A missed heartbeat for which the watchdog does not suggest an action: only strategies that ask for warnings by status
 * heal it.
 */
function isMiss({ origin, severity, suggestedAction }: Answered): boolean {
  return origin === 'watchdog' && severity !== 'CRITICAL' && suggestedAction === undefined;
}

function hasStatus(alert: Answered, status: ComponentStatus): boolean {
  switch (status) {
    case 'CRITICAL':
      return alert.severity === 'CRITICAL';
    case 'OFFLINE':
      return alert.severity === 'CRITICAL' && alert.suggestedAction === 'restart';
    case 'ISOLATED':
      return alert.severity === 'CRITICAL' && alert.suggestedAction === 'isolate';
    case 'DEGRADED':
      return alert.severity === 'WARNING';
    default:
      return assertNever(status);
  }
}

/**
 * The alerts in a row that count towards a trigger: those inside its window, this one included.
 *
 * @param earlierMs times of earlier alerts since the last recovery
 */
export function failuresInWindow(
  earlierMs: readonly number[],
  alert: HealthAlert,
  strategy: Strategy,
): readonly number[] {
  const since = alert.occurredAtMs - strategy.trigger.withinSeconds * 1_000;
  const times = new Set([...earlierMs, alert.occurredAtMs]);
  return [...times].filter((time) => time > since).sort((a, b) => a - b);
}
