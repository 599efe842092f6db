import { describe, expect, it } from 'vitest';
import { CloudWatchError } from '../../../../local/alarms/errors.ts';
import { createAlarmLab, metricAlarm, START_MS } from './alarm-lab.ts';

const ARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:';

async function createPair() {
  const lab = createAlarmLab();
  lab.engine.putMetricAlarm(metricAlarm({ AlarmName: 'Memory' }));
  lab.engine.putMetricAlarm(metricAlarm({ AlarmName: 'Cpu', MetricName: 'Cpu' }));
  await lab.engine.putCompositeAlarm({ AlarmName: 'Sick', AlarmRule: 'ALARM(Memory) OR ALARM("Cpu")' });
  return lab;
}

describe('composite alarms', () => {
  it('are evaluated when they are created', async () => {
    const { events } = await createPair();
    expect(events.map(({ detail }) => [detail.alarmName, detail.state.value, detail.state.reason])).toEqual([
      ['Sick', 'OK', `${ARN}Sick was created and its alarm rule evaluates to OK`],
    ]);
    expect(JSON.parse(events[0]?.detail.state.reasonData ?? '')).toMatchObject({
      triggeringAlarms: [{ arn: `${ARN}Memory` }, { arn: `${ARN}Cpu` }],
    });
  });

  it('follow their children at once, with the event of the documentation', async () => {
    const lab = await createPair();
    await lab.play(99);
    const event = lab.events.at(-1);
    expect(event?.resources).toEqual([`${ARN}Sick`]);
    expect(event?.detail.configuration).toEqual({ alarmRule: 'ALARM(Memory) OR ALARM("Cpu")' });
    expect(event?.detail.state).toEqual({
      value: 'ALARM',
      reason: `${ARN}Memory transitioned to ALARM at Sunday 22 November, 2026 12:01:00 UTC`,
      reasonData: JSON.stringify({
        triggeringAlarms: [
          { arn: `${ARN}Memory`, state: { value: 'ALARM', timestamp: '2026-11-22T12:01:00.000+0000' } },
        ],
      }),
      timestamp: '2026-11-22T12:01:00.000+0000',
    });
  });

  it('can depend on other composite alarms, whatever their names', async () => {
    const lab = await createPair();
    await lab.engine.putCompositeAlarm({ AlarmName: 'Above', AlarmRule: 'NOT ALARM(Sick)' });
    expect(lab.stateOf('Above')).toBe('ALARM');
    await lab.play(99);
    expect(lab.stateOf('Above')).toBe('OK');
  });

  it('keep a state set by hand until a child changes', async () => {
    const lab = await createPair();
    await lab.engine.setAlarmState('Sick', 'ALARM', 'drill');
    await lab.play(10);
    await lab.play(10);
    expect(
      lab.events.filter(({ detail }) => detail.alarmName === 'Sick').map(({ detail }) => detail.state.reason),
    ).toEqual([
      expect.stringContaining('was created'),
      'drill',
      expect.stringContaining('Memory transitioned to OK'),
    ]);
  });

  it.each([
    ['a child that does not exist', { AlarmName: 'New', AlarmRule: 'ALARM(Gone)' }, /Gone does not exist/],
    ['itself as child', { AlarmName: 'Sick', AlarmRule: 'ALARM(Sick)' }, /depends on itself/],
    ['a rule that is none', { AlarmName: 'New', AlarmRule: 'ALARM(' }, /is not understood/],
    [
      'the name of a metric alarm',
      { AlarmName: 'Cpu', AlarmRule: 'ALARM(Memory)' },
      /already is a MetricAlarm/,
    ],
    ['half a suppressor', { AlarmName: 'New', AlarmRule: 'TRUE', ActionsSuppressor: 'Cpu' }, /go together/],
  ])('refuse %s', async (_, input, message) => {
    const { engine } = await createPair();
    await expect(engine.putCompositeAlarm(input)).rejects.toThrow(CloudWatchError);
    await expect(engine.putCompositeAlarm(input)).rejects.toThrow(message);
  });

  it('keep their children from being deleted, except together with them', async () => {
    const { engine } = await createPair();
    expect(() => engine.deleteAlarms(['Cpu'])).toThrow(/Sick depend on it/);
    engine.deleteAlarms(['Cpu', 'Sick']);
    expect(engine.registry.list()).toHaveLength(1);
  });
});

describe('suppressed actions', () => {
  async function createSuppressed() {
    const lab = await createPair();
    lab.engine.putMetricAlarm(metricAlarm({ AlarmName: 'Maintenance', MetricName: 'Maintenance' }));
    await lab.engine.putCompositeAlarm({
      ...{ AlarmName: 'Sick', AlarmRule: 'ALARM(Memory)', ActionsSuppressor: `${ARN}Maintenance` },
      ...{ ActionsSuppressorWaitPeriod: 60, ActionsSuppressorExtensionPeriod: 120 },
    });
    const suppressions = () =>
      lab.events
        .filter(({ detail }) => detail.alarmName === 'Sick' && detail.state.value === 'ALARM')
        .map(({ detail }) => detail.state.actionsSuppressedBy);
    const after = async (seconds: number) => {
      lab.clock.nowMs = START_MS + seconds * 1000;
      await lab.engine.evaluateDue();
    };
    return { ...lab, suppressions, after };
  }

  it('wait for the suppressor, then are performed: ALARM to ALARM', async () => {
    const lab = await createSuppressed();
    await lab.engine.setAlarmState('Memory', 'ALARM', 'test');
    expect(lab.events.at(-1)?.detail).toMatchObject({
      state: {
        actionsSuppressedBy: 'WaitPeriod',
        actionsSuppressedReason: 'Actions suppressed by WaitPeriod',
      },
      configuration: { actionsSuppressor: `${ARN}Maintenance`, actionsSuppressorWaitPeriod: 60 },
    });
    lab.put(99);
    await lab.after(60);
    expect(lab.suppressions()).toEqual(['WaitPeriod', undefined]);
    expect(lab.events.at(-1)?.detail.previousState).toMatchObject({
      value: 'ALARM',
      actionsSuppressedBy: 'WaitPeriod',
    });
  });

  it('are held while the suppressor is in ALARM, and for the extension period after', async () => {
    const lab = await createSuppressed();
    for (let minute = 0; minute < 10; minute += 1) lab.put(99, START_MS + minute * 60_000);
    await lab.engine.setAlarmState('Memory', 'ALARM', 'test');
    await lab.engine.setAlarmState('Maintenance', 'ALARM', 'begins');
    await lab.engine.setAlarmState('Maintenance', 'OK', 'ends');
    await lab.after(119);
    expect(lab.suppressions()).toEqual(['WaitPeriod', 'Alarm', 'ExtensionPeriod']);
    await lab.after(120);
    expect(lab.suppressions()).toEqual(['WaitPeriod', 'Alarm', 'ExtensionPeriod', undefined]);
  });
});
