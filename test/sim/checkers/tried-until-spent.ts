import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Strategy } from '../../../functions/core/configuration/schema/schema.ts';
import { HEARTBEAT_METRIC } from '../../../functions/core/watchdog/heartbeat-metric.ts';
import { dependenciesKnown } from './dependencies.ts';
import type { Evidence } from './evidence.ts';
import { inForce } from './in-force.ts';

/** Two rounds of the reconciler, and time to notify. */
const GRACE_MS = 3 * 60_000;
/** How long a component has to recover after what it depends on was healed. */
const RECOVERY_MS = 10 * 60_000;
/** How long a component may wait while hopeless repairs of others use up the budgets. */
const LONGEST_TURN_MS = 30 * 60_000;

/**
 * 11. A fault that is still there after a failed attempt is tried again until its attempts are spent, then escalated
 * once.
 *
 * Checked long after the last fault: a component whose alarm is red either has no attempt left, and people were notified
 * of it since the last one; or it waits while others use up the budgets; or it must not be touched, because it is
 * excluded or its group would have too few healthy members. A function that dies before it records a notification sends
 * it twice, so a repeated notification is allowed, but not one that comes again and again.
 */
export function triedUntilSpent(evidence: Evidence): readonly string[] {
  const { whenQuiet, fleet } = evidence;
  const components = new Set(whenQuiet.redAlarms.map((name) => fleet.alarms[name]?.component ?? ''));
  return [
    ...[...components].flatMap((component) => problemOf(evidence, component) ?? []),
    ...nagging(evidence),
  ];
}

function problemOf(evidence: Evidence, component: string): string | undefined {
  const { trace, whenQuiet } = evidence;
  const [configuration] = inForce(evidence, whenQuiet.atMs);
  if (configuration === undefined || (configuration.components[component]?.excluded ?? true))
    return undefined;
  const until = whenQuiet.atMs;
  const over = trace.of('faults-over')[0]?.atMs ?? until;
  const admitted = trace
    .of('admitted')
    .filter(({ operation, atMs }) => operation.component === component && atMs <= until);
  const last = admitted.at(-1);
  if (whenQuiet.claims.some((claim) => claim.component === component)) return undefined;
  const redSince = trace
    .of('alarm')
    .findLast((each) => each.component === component && each.state === 'ALARM' && each.atMs <= until);
  const ended = trace
    .of('concluded')
    .findLast(({ conclusion, atMs }) => conclusion.component === component && atMs <= until);
  const since = Math.max(over, last?.atMs ?? 0, ended?.atMs ?? 0, redSince?.atMs ?? 0);
  if (until - since < GRACE_MS) return undefined;
  if (wasNotifiedSpent(evidence, component, last?.atMs ?? 0)) return undefined;
  const left = trace
    .of('refused')
    .findLast(
      ({ refusal, atMs }) =>
        refusal.component === component && refusal.reason === 'CAUSE_ELSEWHERE' && atMs <= until,
    );
  if (isWaitingItsTurn(evidence, component, Math.max(last?.atMs ?? 0, left?.atMs ?? 0))) return undefined;
  if (isLeftToDependency(evidence, configuration, component)) return undefined;
  const red = whenQuiet.redAlarms.flatMap((name) => evidence.fleet.alarms[name]?.component ?? []);
  if (isShortOfHealthy(configuration, component, [...whenQuiet.sick, ...red])) return undefined;
  const ladder = ladderOf(evidence, configuration, component);
  // Which strategy is next may have changed a moment ago, when an attempt of another left its window.
  const rests = [until, until - GRACE_MS].map((atMs) => restsUntilMs(evidence, ladder, component, atMs));
  if (ladder.length === 0 || until - Math.max(...rests) < GRACE_MS) return undefined;
  return `${component} is red, has attempts left or nobody was notified that it has none, and nothing is done`;
}

/** Something that it depends on, or seems to, is red or broken itself, or was healed only lately. */
function isLeftToDependency(
  evidence: Evidence,
  configuration: CompiledConfiguration,
  component: string,
): boolean {
  const { trace, whenQuiet, fleet } = evidence;
  const red = new Set([
    ...whenQuiet.sick,
    ...whenQuiet.redAlarms.map((name) => fleet.alarms[name]?.component),
  ]);
  return dependenciesKnown(evidence, configuration, component).some(
    (name) =>
      red.has(name) ||
      trace
        .of('admitted')
        .some(
          ({ operation, atMs }) =>
            operation.component === name && atMs > whenQuiet.atMs - RECOVERY_MS - GRACE_MS,
        ),
  );
}

/** The strategies that answer a component's red alarms, in their order. */
function ladderOf(
  evidence: Evidence,
  { strategies }: CompiledConfiguration,
  component: string,
): readonly Strategy[] {
  const metrics = redMetrics(evidence, component);
  return strategies
    .filter(({ trigger }) => trigger.metrics.some((metric) => metrics.has(metric)))
    .filter(({ components = [component] }) => components.includes(component));
}

function redMetrics({ whenQuiet, fleet }: Evidence, component: string): ReadonlySet<string> {
  const red = whenQuiet.redAlarms.flatMap((name) => fleet.alarms[name] ?? []);
  return new Set(red.flatMap((alarm) => (alarm.component === component ? [alarm.metric] : [])));
}

/** The end of the cooldown of the strategy that is next at some time: the first on the ladder with an attempt left. */
function restsUntilMs(
  { trace }: Evidence,
  ladder: readonly Strategy[],
  component: string,
  until: number,
): number {
  const attempts = (strategy: Strategy) =>
    trace.of('admitted').filter(({ operation, atMs }) => {
      const isOfStrategy = operation.component === component && operation.strategyId === strategy.id;
      return isOfStrategy && atMs <= until && atMs > until - strategy.attemptWindowSeconds * 1_000;
    }).length;
  const next = ladder.find((strategy) => attempts(strategy) < strategy.maxAttempts);
  const conclusions = trace.of('concluded').filter(({ conclusion, atMs }) => {
    const concerns = conclusion.cooldownScope === 'strategy' || conclusion.component === component;
    return conclusion.strategyId === next?.id && concerns && atMs <= until;
  });
  return Math.max(0, ...conclusions.map(({ conclusion }) => conclusion.cooldownUntilMs));
}

/** Others use up the budgets, and its last turn was not long ago: an attempt, or a decision that something else is at fault. */
function isWaitingItsTurn({ trace, whenQuiet }: Evidence, component: string, lastMs: number): boolean {
  const others = trace
    .of('concluded')
    .filter(({ conclusion, atMs }) => conclusion.component !== component && atMs <= whenQuiet.atMs);
  const isBusy = (others.at(-1)?.atMs ?? 0) > whenQuiet.atMs - GRACE_MS || whenQuiet.claims.length > 0;
  return isBusy && lastMs > whenQuiet.atMs - LONGEST_TURN_MS;
}

/** Notified for a metric that is red now: another metric may have another ladder, with attempts left. */
function wasNotifiedSpent(evidence: Evidence, component: string, sinceMs: number): boolean {
  const metrics = new Set([...redMetrics(evidence, component), HEARTBEAT_METRIC]);
  return evidence.trace.of('notified').some(({ notification: { body }, atMs }) => {
    const metric = body['metric'];
    const isOfRed = typeof metric !== 'string' || metrics.has(metric);
    const isSpent =
      body['kind'] === 'attempts-spent' && body['component'] === component && body['observed'] !== true;
    return isSpent && isOfRed && atMs >= sinceMs;
  });
}

function isShortOfHealthy(
  { components, groups }: CompiledConfiguration,
  component: string,
  unhealthy: readonly string[],
): boolean {
  const group = groups[components[component]?.group ?? ''];
  if (group === undefined || group.members.length <= 1) return false;
  const healthy = group.members.filter(
    (member) => member !== component && !unhealthy.includes(member),
  ).length;
  return healthy < group.minHealthy;
}

/** Twice may happen when two functions run at once; any more, and people would stop reading. */
function nagging({ trace, fleet }: Evidence): readonly string[] {
  const over = trace.of('faults-over')[0]?.index ?? 0;
  return Object.keys(fleet.components).flatMap((component) => {
    let notified = 0;
    let most = 0;
    for (const each of trace.all) {
      if (each.index < over) continue;
      if (each.kind === 'admitted' && each.operation.component === component) notified = 0;
      if (each.kind === 'alerts-forgotten' && each.component === component) notified = 0;
      if (each.kind === 'concluded' && each.conclusion.component === component) notified = 0;
      if (each.kind !== 'notified') continue;
      const { body } = each.notification;
      if (body['kind'] === 'attempts-spent' && body['component'] === component) notified += 1;
      most = Math.max(most, notified);
    }
    return most > 2 ? [`people were notified ${most} times that the attempts on ${component} are spent`] : [];
  });
}
