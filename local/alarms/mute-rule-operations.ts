import { z } from 'zod';
import type { AlarmEngine } from './alarm-engine.ts';
import { muteRuleArn, muteRuleSchema, muteStatus } from './mute-rules.ts';
import { takePage } from './paging.ts';
import { parseInput } from './parse-input.ts';
import { alarmNameSchema } from './schemas.ts';

const nameSchema = z.strictObject({ AlarmMuteRuleName: z.string().min(1).max(255) });

export function putAlarmMuteRule(engine: AlarmEngine, input: unknown): object {
  engine.muteRules.put(parseInput('PutAlarmMuteRule', muteRuleSchema, input), engine.options.nowMs());
  return {};
}

export function getAlarmMuteRule(engine: AlarmEngine, input: unknown): object {
  const rule = engine.muteRules.get(parseInput('GetAlarmMuteRule', nameSchema, input).AlarmMuteRuleName);
  return {
    ...rule.input,
    AlarmMuteRuleArn: muteRuleArn(engine.options, rule.input.Name),
    Status: muteStatus(rule, engine.options.nowMs()),
    LastUpdatedTimestamp: rule.updatedMs / 1000,
  };
}

export function deleteAlarmMuteRule(engine: AlarmEngine, input: unknown): object {
  engine.muteRules.delete(parseInput('DeleteAlarmMuteRule', nameSchema, input).AlarmMuteRuleName);
  return {};
}

const listSchema = z.strictObject({
  AlarmName: alarmNameSchema.optional(),
  Statuses: z.array(z.enum(['SCHEDULED', 'ACTIVE', 'EXPIRED'])).optional(),
  MaxRecords: z.int().min(1).max(100).optional(),
  NextToken: z.string().optional(),
});

/** ListAlarmMuteRules: 50 in a page unless asked otherwise. */
export function listAlarmMuteRules(engine: AlarmEngine, input: unknown): object {
  const { AlarmName, Statuses, MaxRecords, NextToken } = parseInput('ListAlarmMuteRules', listSchema, input);
  const nowMs = engine.options.nowMs();
  const rules = engine.muteRules
    .list()
    .filter((rule) => AlarmName === undefined || rule.input.MuteTargets.AlarmNames.includes(AlarmName))
    .filter((rule) => Statuses === undefined || Statuses.includes(muteStatus(rule, nowMs)));
  const { items, ...next } = takePage(rules, MaxRecords ?? 50, NextToken);
  return {
    ...next,
    AlarmMuteRuleSummaries: items.map((rule) => ({
      AlarmMuteRuleArn: muteRuleArn(engine.options, rule.input.Name),
      Status: muteStatus(rule, nowMs),
      LastUpdatedTimestamp: rule.updatedMs / 1000,
    })),
  };
}
