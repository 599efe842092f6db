import { describe, expect, it } from 'vitest';
import { type AlarmTemplate, AlarmTemplateError, loadAlarms } from '../../../../local/alarms/load-alarms.ts';
import { createAlarmLab, metricAlarm } from './alarm-lab.ts';

const metric = (properties: object = {}) => {
  const { AlarmName: _name, ...rest } = metricAlarm();
  return { Type: 'AWS::CloudWatch::Alarm', Properties: { ...rest, ...properties } };
};
const composite = (AlarmRule: unknown, properties: object = {}) => ({
  ...{ Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule, ...properties } },
});
const load = async (Resources: AlarmTemplate['Resources'] & object, options = {}) => {
  const lab = createAlarmLab();
  const names = await loadAlarms(lab.engine, { Resources }, options);
  return { ...lab, names };
};

describe('loading alarms from a template', () => {
  it('registers alarms by their name, or logical id and prefix', async () => {
    const { names, engine } = await load(
      { A: metric({ AlarmName: 'memory' }), B: metric(), Table: { Type: 'AWS::DynamoDB::Table' } },
      { namePrefix: 'Stack-' },
    );
    expect(names).toEqual({ A: 'memory', B: 'Stack-B' });
    expect(engine.registry.list().map(({ alarm }) => alarm.input.AlarmName)).toEqual(['Stack-B', 'memory']);
  });

  it('resolves references among alarms, whatever their order', async () => {
    const { engine } = await load({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how Fn::Sub is written
      Top: composite({ 'Fn::Sub': 'NOT ALARM("${Middle}") AND ALARM("${Leaf.Arn}")' }),
      Middle: composite({ 'Fn::Join': ['', ['ALARM("', { 'Fn::GetAtt': ['Leaf', 'Arn'] }, '")']] }),
      Leaf: metric({ AlarmName: 'leaf' }),
    });
    expect(engine.registry.compositesBottomUp().map(({ rule }) => rule.children)).toEqual([
      ['leaf'],
      ['Middle', 'leaf'],
    ]);
  });

  it('takes other references from the values it is given', async () => {
    const { engine } = await load(
      {
        A: metric({
          AlarmActions: [{ Ref: 'Topic' }],
          Dimensions: [{ Name: 'Table', Value: { 'Fn::GetAtt': ['Db', 'Id'] } }],
        }),
      },
      { values: { Topic: 'arn:aws:sns:us-east-1:123456789012:t', 'Db.Id': 'db-1' } },
    );
    expect(engine.registry.get('A').alarm.input).toMatchObject({
      ...{
        AlarmActions: ['arn:aws:sns:us-east-1:123456789012:t'],
        Dimensions: [{ Name: 'Table', Value: 'db-1' }],
      },
    });
  });

  it('accepts names that are made of known values', async () => {
    const name = { 'Fn::Join': ['-', [{ Ref: 'AWS::StackName' }, 'memory']] };
    const { names } = await load(
      { A: metric({ AlarmName: name }) },
      { values: { 'AWS::StackName': 'prod' } },
    );
    expect(names).toEqual({ A: 'prod-memory' });
  });

  it('leaves out what is AWS::NoValue', async () => {
    const { engine } = await load({
      A: metric({ AlarmDescription: { Ref: 'AWS::NoValue' }, OKActions: [{ Ref: 'AWS::NoValue' }] }),
    });
    expect(engine.registry.get('A').alarm.input).toMatchObject({ OKActions: [] });
    expect(engine.registry.get('A').alarm.input).not.toHaveProperty('AlarmDescription');
  });

  it.each([
    [
      'an unknown reference',
      { A: metric({ AlarmActions: [{ Ref: 'Topic' }] }) },
      /^A: Ref "Topic" has no value here/,
    ],
    [
      'an unknown function',
      { A: metric({ Threshold: { 'Fn::If': ['c', 1, 2] } }) },
      /^A: Fn::If is not supported/,
    ],
    [
      'an unknown property',
      { A: metric({ EvaluationWindow: {} }) },
      /^A: .*EvaluationWindow is not supported/,
    ],
    [
      'an anomaly band',
      { A: metric({ ComparisonOperator: 'GreaterThanUpperThreshold' }) },
      /^A: .*ComparisonOperator/,
    ],
    [
      'a missing property',
      { A: metric({ EvaluationPeriods: undefined }) },
      /^A: .*EvaluationPeriods is required/,
    ],
    [
      'a rule function it does not have',
      { A: composite('AT_LEAST(1, ALARM, (x))') },
      /^A: .*AT_LEAST is not supported/,
    ],
    ['a child that does not exist', { A: composite('ALARM(x)') }, /^A: .*x does not exist/],
    ['a cycle', { A: composite('ALARM(B)'), B: composite('ALARM(A)') }, /^[AB]: .*does not exist/],
    [
      'another kind of alarm',
      { A: { Type: 'AWS::CloudWatch::AnomalyDetector' } },
      /^A: AWS::CloudWatch::AnomalyDetector is not/,
    ],
    ['a condition', { A: { ...metric(), Condition: 'Sometimes' } }, /^A: Condition is not supported/],
    ['a name without value', { A: metric({ AlarmName: { Ref: 'X' } }) }, /^A: Ref "X" has no value here/],
  ])('refuses %s and names the logical id', async (_, resources, message) => {
    const loading = load(resources as AlarmTemplate['Resources'] & object);
    await expect(loading).rejects.toThrow(AlarmTemplateError);
    await expect(loading).rejects.toThrow(message);
  });

  it('refuses an action that is not there, and registers nothing', async () => {
    const { engine } = createAlarmLab();
    const template = { Resources: { A: metric(), B: metric({ OKActions: ['arn:aws:sns:x:1:gone'] }) } };
    const loading = loadAlarms(engine, template, { hasAction: (arn) => !arn.endsWith(':gone') });
    await expect(loading).rejects.toThrow(/^B: there is no topic arn:aws:sns:x:1:gone/);
    expect(engine.registry.list()).toEqual([]);
  });

  it('registers nothing if one of the alarms cannot be read', async () => {
    const { engine } = createAlarmLab();
    const template = { Resources: { A: metric(), B: metric({ Threshold: 'high' }) } };
    await expect(loadAlarms(engine, template)).rejects.toThrow(/^B: .*"high" of Threshold is invalid/);
    expect(engine.registry.list()).toEqual([]);
  });
});
