import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sampleEvent } from '../../factories/events/sample-event.ts';
import { parse, SAMPLE_NODE, sample } from './alarm-event-lab.ts';

describe('an alarm contributor event', () => {
  const SAMPLE = sampleEvent('contributor-state-change') as { readonly detail: object };
  const contributor = (
    attributes: Readonly<Record<string, unknown>>,
    {
      value = 'ALARM',
      id = '6d442278dba546f6',
      more = {},
    }: { readonly value?: string; readonly id?: unknown; readonly more?: object } = {},
  ) =>
    parse({
      ...SAMPLE,
      detail: {
        ...SAMPLE.detail,
        alarmContributor: { id, attributes },
        state: { ...(SAMPLE.detail as { state: object }).state, value },
        ...more,
      },
    });
  const idOf = (id: unknown) => {
    const parsed = contributor({ InstanceId: SAMPLE_NODE }, { id });
    return parsed.kind === 'alert' ? parsed.alert.signalId : undefined;
  };
  const occurredAtMs = Date.parse('2025-12-01T13:42:04.919Z');

  it('becomes an alert that says which series is meant', () => {
    expect(sample('contributor-state-change')).toEqual({
      kind: 'alert',
      alert: {
        signalId: `DynamoDBInsightsAlarm/6d442278dba546f6@${occurredAtMs}`,
        origin: 'alarm',
        component: 'web',
        metric: 'capacity',
        severity: 'CRITICAL',
        occurredAtMs,
        reason: expect.stringMatching(/^TableName example-dynamodb-table-name: Threshold Crossed/),
        alarmName: 'DynamoDBInsightsAlarm',
        targets: [],
      },
    });
  });

  it('names the instance', () => {
    expect(contributor({ InstanceId: SAMPLE_NODE })).toMatchObject({
      kind: 'alert',
      alert: { targets: [SAMPLE_NODE] },
    });
  });

  it('makes one alert for each instance, and the same alert if it comes twice', () => {
    for (const id of ['a', 'x'.repeat(200), 'a\nb']) {
      expect(idOf(id)).toBeDefined();
      expect(idOf(id)).toBe(idOf(id));
      expect(idOf(id)).not.toBe(idOf(`${id}!`));
    }
  });

  it('has a long identity hashed and a number taken as text', () => {
    expect(idOf('x'.repeat(200))).toBe(
      `DynamoDBInsightsAlarm/${createHash('sha256').update('x'.repeat(200)).digest('hex')}@${occurredAtMs}`,
    );
    expect(idOf(7)).toBe(`DynamoDBInsightsAlarm/7@${occurredAtMs}`);
  });

  it('names the instance beside attributes that are no text', () => {
    expect(contributor({ InstanceId: SAMPLE_NODE, Port: 8080, Zones: ['a'] })).toMatchObject({
      kind: 'alert',
      alert: { targets: [SAMPLE_NODE], reason: expect.stringContaining(`InstanceId ${SAMPLE_NODE}: `) },
    });
  });

  it('does not mean that the component has recovered when it says OK: other contributors may be red', () => {
    expect(contributor({ InstanceId: SAMPLE_NODE }, { value: 'OK' })).toEqual({
      kind: 'ignored',
      detail: `InstanceId ${SAMPLE_NODE} of alarm DynamoDBInsightsAlarm is OK`,
    });
  });

  it('names every attribute of its series', () => {
    expect(contributor({ TableName: 'orders', Operation: 'Query' }, { value: 'OK' })).toMatchObject({
      detail: expect.stringMatching(/^TableName orders, Operation Query of alarm/),
    });
  });

  it('is withheld if its alarm is muted', () => {
    const more = { muteDetail: { mutedByArn: 'arn:aws:cloudwatch:us-east-1:1:alarm-mute-rule:night' } };
    expect(contributor({ InstanceId: SAMPLE_NODE }, { more })).toEqual({
      ...{ kind: 'withheld', why: 'MUTED', component: 'web' },
      detail: 'alarm DynamoDBInsightsAlarm is muted',
    });
  });

  it('names the alarm if that belongs to no component', () => {
    for (const alarmName of ['Other', '__proto__', 'constructor'])
      expect(contributor({}, { more: { alarmName } })).toEqual({
        kind: 'unknown-component',
        name: alarmName,
      });
  });

  it('says that its alarm went to ALARM if it gives no reason', () => {
    const state = { value: 'ALARM', timestamp: '2025-12-01T13:42:04.919+0000' };
    expect(contributor({ InstanceId: SAMPLE_NODE }, { more: { state } })).toMatchObject({
      kind: 'alert',
      alert: { reason: `InstanceId ${SAMPLE_NODE}: alarm DynamoDBInsightsAlarm went to ALARM` },
    });
  });

  it('counts as not understood without a time', () => {
    const state = { value: 'ALARM', timestamp: 'yesterday' };
    expect(contributor({}, { more: { state } })).toEqual({
      kind: 'not-understood',
      problem: 'state.timestamp "yesterday" is not a time',
    });
  });

  it('counts as not understood without a contributor', () => {
    expect(contributor({}, { more: { alarmContributor: null } })).toMatchObject({ kind: 'not-understood' });
  });
});
