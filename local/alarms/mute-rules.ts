import { z } from 'zod';
import { CloudWatchError } from './errors.ts';
import { alarmNameSchema } from './schemas.ts';

/**
 * Alarm mute rules, for one-time windows: `at(yyyy-MM-ddThh:mm)` in UTC with an ISO 8601 duration. Recurring `cron(...)`
 * windows and other time zones are refused.
 *
 * Source: CloudWatch API reference, PutAlarmMuteRule.
 */
export const muteRuleSchema = z.strictObject({
  Name: z.string().min(1).max(255),
  Description: z.string().max(1024).optional(),
  Rule: z.strictObject({
    Schedule: z.strictObject({
      Expression: z
        .string()
        .regex(
          /^at\(\d{4}-\d\d-\d\dT\d\d:\d\d\)$/,
          'only at(yyyy-MM-ddThh:mm) is supported by the local CloudWatch',
        ),
      Duration: z.string().regex(/^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?)?$/, 'must be like PT4H or P2DT12H'),
      Timezone: z.literal('UTC').optional(),
    }),
  }),
  MuteTargets: z.strictObject({ AlarmNames: z.array(alarmNameSchema).min(1).max(100) }),
});
type MuteRuleInput = z.infer<typeof muteRuleSchema>;

export interface MuteRule {
  readonly input: MuteRuleInput;
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  readonly updatedMs: number;
}

type MuteRuleStatus = 'SCHEDULED' | 'ACTIVE' | 'EXPIRED';

export class MuteRules {
  readonly #rules = new Map<string, MuteRule>();

  put(input: MuteRuleInput, nowMs: number): void {
    const { Expression, Duration } = input.Rule.Schedule;
    const startMs = Date.parse(`${Expression.slice(3, -1)}:00Z`);
    if (Number.isNaN(startMs)) {
      throw new CloudWatchError(
        'InvalidParameterValueException',
        `Rule.Schedule.Expression ${Expression} is not a date`,
      );
    }
    this.#rules.set(input.Name, { input, startMs, endMs: startMs + durationMs(Duration), updatedMs: nowMs });
  }

  /** @throws CloudWatchError `ResourceNotFoundException` */
  get(name: string): MuteRule {
    const rule = this.#rules.get(name);
    if (rule === undefined)
      throw new CloudWatchError('ResourceNotFoundException', `Mute rule ${name} does not exist`);
    return rule;
  }

  delete(name: string): void {
    this.#rules.delete(name);
  }

  list(): MuteRule[] {
    return [...this.#rules.values()].sort((a, b) => (a.input.Name < b.input.Name ? -1 : 1));
  }

  /** The rule that mutes the alarm at `nowMs`, if any. */
  activeFor(alarmName: string, nowMs: number): MuteRule | undefined {
    return this.list().find(
      (rule) => muteStatus(rule, nowMs) === 'ACTIVE' && rule.input.MuteTargets.AlarmNames.includes(alarmName),
    );
  }
}

export function muteRuleArn(
  { region, accountId }: { readonly region: string; readonly accountId: string },
  name: string,
): string {
  return `arn:aws:cloudwatch:${region}:${accountId}:alarm-mute-rule:${name}`;
}

export function muteStatus(rule: MuteRule, nowMs: number): MuteRuleStatus {
  if (nowMs < rule.startMs) return 'SCHEDULED';
  return nowMs < rule.endMs ? 'ACTIVE' : 'EXPIRED';
}

function durationMs(duration: string): number {
  const of = (unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(duration)?.[1] ?? 0);
  return ((of('D') * 24 + of('H')) * 60 + of('M')) * 60_000;
}
