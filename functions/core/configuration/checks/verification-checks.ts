import { MAXIMUM_TIMEOUT_SECONDS } from '../../verification/verification.ts';
import { isJudgedByAws } from '../../verification/verifier.ts';
import { alarmRecovery } from '../alarm-recovery.ts';
import type { Finding } from '../problem.ts';
import type { IndexedStrategy } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';
import { describeTargets, selectsHosts } from '../target-selector.ts';
import { alarmsToBeAsked, verificationTimeoutSeconds } from '../verification-timeout.ts';

/** Strategies whose repair nothing could confirm. */
export function checkVerification(
  { index, strategy }: IndexedStrategy,
  components: readonly (readonly [string, Component])[],
): readonly Finding[] {
  const { by } = strategy.verify;
  return components.flatMap(([name, component]): readonly Finding[] => {
    const ways = {
      endpoint: component.health !== undefined,
      alarm: Object.keys(component.alarms).length > 0,
      runbook: component.service !== undefined,
      resource: isJudgedByAws(component),
    };
    if (by === undefined) {
      if (Object.values(ways).some(Boolean)) return [];
      return [
        {
          severity: 'error',
          code: 'no-verification',
          path: ['strategies', index, 'verify'],
          value: name,
          message: `nothing could tell whether \`${strategy.id}\` repaired component \`${name}\`: it has no health endpoint, no alarm${selectsHosts(component.targets) ? ', no service and no target group' : ', and AWS does not report its health'}`,
          remedy: selectsHosts(component.targets)
            ? `Add \`health:\`, an alarm, \`service:\` or \`targetGroup:\` to components.${name}.`
            : `Add \`health:\` or an alarm to components.${name}.`,
        },
      ];
    }
    if (ways[by]) return [];
    const lacking = { endpoint: 'health', alarm: 'alarms', runbook: 'service', resource: 'targetGroup' }[by];
    const isFixed = by === 'resource' && !selectsHosts(component.targets);
    return [
      {
        severity: 'error',
        code: 'verification-unavailable',
        path: ['strategies', index, 'verify', 'by'],
        value: by,
        message: `strategy \`${strategy.id}\` verifies by ${by}, and component \`${name}\` ${isFixed ? `has ${describeTargets(component.targets)}, whose health AWS does not report` : `declares no \`${lacking}\``}`,
        remedy: isFixed
          ? 'Verify in another way.'
          : `Add \`${lacking}:\` to components.${name}, or verify in another way.`,
      },
    ];
  });
}

/** Alarms that could not yet be OK when the verification by them ends: good repairs would be rolled back. */
export function checkAlarmTime(
  { index, strategy }: IndexedStrategy,
  components: readonly (readonly [string, Component])[],
): readonly Finding[] {
  const { settleSeconds, timeoutSeconds: own } = strategy.verify;
  const timeoutSeconds = verificationTimeoutSeconds(
    strategy,
    components.map(([, component]) => component),
  );
  return components.flatMap(([name, component]) =>
    alarmsToBeAsked(strategy, component).flatMap(([key, alarm]): readonly Finding[] => {
      const { goodPoints, periodSeconds, delaySeconds, totalSeconds } = alarmRecovery(
        alarm,
        component.alarms,
      );
      const neededSeconds = totalSeconds - settleSeconds;
      if (timeoutSeconds >= neededSeconds) return [];
      const isPossible = neededSeconds <= MAXIMUM_TIMEOUT_SECONDS;
      return [
        {
          severity: isPossible ? 'warning' : 'error',
          code: 'verification-before-alarm',
          path: ['strategies', index, 'verify', ...(own === undefined ? [] : ['timeoutSeconds'])],
          value: timeoutSeconds,
          message: `\`${strategy.id}\` asks the alarm \`${key}\` of component \`${name}\` for ${settleSeconds + timeoutSeconds} s, and ${'adopt' in alarm ? 'an adopted alarm' : 'it'} needs about ${totalSeconds} s after a repair to become OK (${goodPoints} × ${periodSeconds} s of good points, ${delaySeconds} s until they are seen)`,
          remedy: isPossible
            ? `Raise \`timeoutSeconds\` to ${neededSeconds} or more, or leave it out.`
            : `Verify by endpoint or runbook, or look at fewer or shorter periods: a verification takes ${MAXIMUM_TIMEOUT_SECONDS} s at most.`,
        },
      ];
    }),
  );
}
