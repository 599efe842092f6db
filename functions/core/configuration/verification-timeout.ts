import { MAXIMUM_TIMEOUT_SECONDS } from '../verification/verification.ts';
import { isVerifiedInGroup } from '../verification/verifier.ts';
import { alarmRecovery } from './alarm-recovery.ts';
import { alarmSource, isAnswered } from './alert-source.ts';
import type { Alarm } from './schema/alarm-schema.ts';
import type { Component } from './schema/component-schema.ts';
import type { DeclaredStrategy } from './schema/strategy-schema.ts';

/** For verification by endpoint or on the hosts. */
const DEFAULT_TIMEOUT_SECONDS = 30;

/**
 * How long a host may take after a repair to be healthy in its target group. By default, a load balancer checks it every
 * 30 s, and wants 5 good checks in a row; with an action of a minute, it fits into the default of `repairTimeoutSeconds`:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
const TARGET_GROUP_SECONDS = 220;

/**
 * A strategy's verification time-out: its own, else 30 s, or what the slowest alarm that may verify it needs to return
 * to OK, or what a target group does. One figure for all its components: for those with an endpoint, a failed repair is merely noticed later.
 *
 * @param components those that the strategy may heal
 */
export function verificationTimeoutSeconds(
  strategy: DeclaredStrategy,
  components: readonly Component[],
): number {
  const { timeoutSeconds, settleSeconds } = strategy.verify;
  if (timeoutSeconds !== undefined) return timeoutSeconds;
  const needed = components.flatMap((component) => [
    ...alarmsToBeAsked(strategy, component).map(
      ([, alarm]) => alarmRecovery(alarm, component.alarms).totalSeconds,
    ),
    ...(isVerifiedInGroup(strategy, component) ? [TARGET_GROUP_SECONDS] : []),
  ]);
  const longestSeconds = Math.max(0, ...needed) - settleSeconds;
  return Math.min(MAXIMUM_TIMEOUT_SECONDS, Math.max(DEFAULT_TIMEOUT_SECONDS, longestSeconds));
}

/** The alarms, by key, that may show whether a strategy repaired a component: usually those that it answers. */
export function alarmsToBeAsked(
  strategy: DeclaredStrategy,
  { alarms, health, service }: Component,
): readonly (readonly [string, Alarm])[] {
  const { by } = strategy.verify;
  if (by === undefined ? health !== undefined : by !== 'alarm') return [];
  const all = Object.entries(alarms);
  const answered = all.filter(([, alarm]) => isAnswered(strategy, alarmSource(alarm)));
  // Signals that name no alarm are verified on the hosts, unless that is impossible or not allowed.
  return answered.length > 0 || (by === undefined && service !== undefined) ? answered : all;
}
