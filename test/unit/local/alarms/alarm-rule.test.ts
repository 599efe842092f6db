import { describe, expect, it } from 'vitest';
import { AlarmRuleError, parseAlarmRule } from '../../../../local/alarms/alarm-rule.ts';
import type { AlarmStateValue } from '../../../../local/alarms/schemas.ts';

const STATES: Readonly<Record<string, AlarmStateValue>> = {
  red: 'ALARM',
  green: 'OK',
  grey: 'INSUFFICIENT_DATA',
};
const evaluate = (rule: string): boolean => parseAlarmRule(rule).evaluate((name) => STATES[name] ?? 'OK');

describe('alarm rules', () => {
  it.each([
    ['ALARM("red")', true],
    ['ALARM(green)', false],
    ['OK(green)', true],
    ['INSUFFICIENT_DATA("grey")', true],
    ['NOT ALARM(red)', false],
    ['NOT NOT ALARM(red)', true],
    ['ALARM(green) OR ALARM(red) AND FALSE', false],
    ['(ALARM(green) OR ALARM(red)) AND TRUE', true],
    ['NOT ALARM(green) AND ALARM(red)', true],
    ['TRUE OR FALSE AND FALSE', true],
    ['ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:red)', true],
    ['  ( ( ALARM( "red" ) ) ) ', true],
  ])('%s is %s', (rule, expected) => {
    expect(evaluate(rule)).toBe(expected);
  });

  it('reads names with spaces, quoted or bare, and with parentheses when quoted', () => {
    const { children } = parseAlarmRule('ALARM("a (b)") OR OK(c d) OR ALARM("a (b)")');
    expect(children).toEqual(['a (b)', 'c d']);
  });

  it.each([
    'ALARM()',
    'ALARM(red',
    'ALARM(red) AND',
    'ALARM(red) ALARM(green)',
    '"red"',
    'red',
    'ALARM("red',
    'AT_LEAST(2, ALARM, (red, green))',
    '',
  ])('refuses %j', (rule) => {
    expect(() => parseAlarmRule(rule)).toThrow(AlarmRuleError);
  });
});
