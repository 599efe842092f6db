import { describe, expect, it } from 'vitest';
import { createAlarmLab, metricAlarm, START_MS } from './alarm-lab.ts';

const at = (minute: number) => new Date(START_MS + minute * 60_000).toISOString().replace('Z', '+0000');

describe('delivery', () => {
  it('offers an event again until it is published, before any later one', async () => {
    const published: string[] = [];
    let isDown = true;
    const lab = createAlarmLab({
      publish: async ({ detail }) => {
        if (isDown) throw new Error('bus is down');
        published.push(detail.state.value);
      },
    });
    lab.engine.putMetricAlarm(metricAlarm());
    await expect(lab.play(99)).rejects.toThrow('bus is down');
    isDown = false;
    await lab.play(10);
    expect(published).toEqual(['ALARM', 'OK']);
  });

  it('performs the actions of the new state, unless they are disabled', async () => {
    const performed: string[] = [];
    const lab = createAlarmLab({
      performAction: async (action) => {
        performed.push(action);
      },
    });
    lab.engine.putMetricAlarm(metricAlarm({ AlarmActions: ['arn:red'], OKActions: ['arn:green'] }));
    await lab.play(99, 10);
    lab.engine.setActionsEnabled(['MemoryHigh'], false);
    await lab.play(99);
    expect(performed).toEqual(['arn:red', 'arn:green']);
    expect(lab.events).toHaveLength(3);
  });

  it('says so in the event while a mute rule holds, and holds the actions back', async () => {
    const performed: string[] = [];
    const lab = createAlarmLab({
      performAction: async (action) => {
        performed.push(action);
      },
    });
    lab.engine.putMetricAlarm(metricAlarm({ AlarmActions: ['arn:red'] }));
    const Schedule = { Expression: 'at(2026-11-22T12:00)', Duration: 'PT2M' };
    lab.engine.muteRules.put(
      { Name: 'quiet', Rule: { Schedule }, MuteTargets: { AlarmNames: ['MemoryHigh'] } },
      START_MS,
    );
    await lab.play(99, 10, 99);
    expect(lab.events.map(({ detail }) => detail.muteDetail)).toEqual([
      {
        mutedByArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm-mute-rule:quiet',
        ...{ muteWindowStart: at(0), muteWindowEnd: at(2) },
      },
      undefined,
      undefined,
    ]);
    expect(performed).toEqual(['arn:red']);
  });
});
