import { describe, expect, it } from 'vitest';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm } from '../../../factories/configuration.ts';
import { LIMITS, verification } from './verification-lab.ts';

const BY_ALARM = configured({ strategies: [{ verify: { ...LIMITS, by: 'alarm' } }] });

describe('verification by the alarm', () => {
  const alarmName = memoryAlarm();

  it.each([
    ['OK', 'recovered'],
    ['ALARM', 'failed'],
    ['INSUFFICIENT_DATA', 'failed'],
    [undefined, 'failed'],
  ] as const)('turns an alarm that is %s into the verdict %s', async (state, verdict) => {
    const { world, toTheEnd } = await verification(BY_ALARM, { alarmName });
    if (state) world.alarms.named.set(alarmName, state);
    expect(await toTheEnd()).toMatchObject({ verdict });
  });

  it('goes on when CloudWatch could not be asked for a while', async () => {
    const { world, toTheEnd } = await verification(BY_ALARM, { alarmName });
    world.alarms.named.set(alarmName, 'OK');
    const { states } = world.alarms;
    let asked = 0;
    world.alarms.states = (names) => {
      asked += 1;
      return asked < 3 ? Promise.reject(new ServiceUnavailable('Rate exceeded')) : states(names);
    };
    expect(await toTheEnd()).toMatchObject({ verdict: 'recovered' });
  });

  it('does not recover while CloudWatch cannot be asked', async () => {
    const { world, toTheEnd } = await verification(BY_ALARM, { alarmName });
    world.alarms.states = () => Promise.reject(new ServiceUnavailable('Rate exceeded'));
    expect(await toTheEnd()).toMatchObject({
      verdict: 'failed',
      detail: 'no-answer after 30 s: it did not recover and stay good for 10 s',
    });
  });

  it('has no verdict without the permission to ask CloudWatch', async () => {
    const { world, round } = await verification(BY_ALARM, { alarmName });
    const denied = new NotPermitted({ action: 'cloudwatch:DescribeAlarms' });
    world.alarms.states = () => Promise.reject(denied);
    await expect(round({ round: 0 })).rejects.toThrow(denied);
    expect(world.tokens.completed).toEqual([]);
  });

  it('asks the alarms on the same metric when the signal names none', async () => {
    const { world, toTheEnd } = await verification(BY_ALARM);
    world.alarms.named.set(alarmName, 'OK');
    expect(await toTheEnd()).toMatchObject({ verdict: 'recovered' });
  });

  describe('over the instances of a group', () => {
    const group = {
      targets: { autoScalingGroup: 'web-asg' },
      alarms: { memory: { metric: 'memory', threshold: 90 } },
    };
    const ofGroup = configured({
      components: { web: group },
      strategies: [{ verify: { ...LIMITS, by: 'alarm' } }],
    });
    const [repaired, other] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];

    it.each([
      ['recovered', 'only another instance is red', [other], [repaired]],
      ['failed', 'it is red itself', [other, repaired], [repaired]],
      ['failed', 'the repair was of no single instance', [other], []],
      ['failed', 'it is not known which are red', undefined, [repaired]],
    ] as const)('ends as %s when %s', async (verdict, _, contributors, targets) => {
      const { world, toTheEnd } = await verification(ofGroup, { alarmName, targets: [...targets] });
      world.alarms.named.set(alarmName, 'ALARM');
      if (contributors) world.alarms.red.set(alarmName, contributors);
      expect(await toTheEnd()).toMatchObject({ verdict });
    });

    it('asks which are red only while the alarm is', async () => {
      const { world, toTheEnd } = await verification(ofGroup, { alarmName, targets: [repaired] });
      world.alarms.named.set(alarmName, 'OK');
      world.alarms.redInstances = () => Promise.reject(new Error('asked'));
      expect(await toTheEnd()).toMatchObject({ verdict: 'recovered' });
    });

    it('goes on when CloudWatch can’t say for a while which are red', async () => {
      const { world, toTheEnd } = await verification(ofGroup, { alarmName, targets: [repaired] });
      world.alarms.named.set(alarmName, 'ALARM');
      let asked = 0;
      world.alarms.redInstances = async () => {
        asked += 1;
        if (asked < 3) throw new ServiceUnavailable('Rate exceeded');
        return [other];
      };
      expect(await toTheEnd()).toMatchObject({ verdict: 'recovered' });
    });
  });

  describe('of a component with two of them on the same metric', () => {
    const other = 'selfheal-web-high';
    const memory = (threshold: number) => ({ metric: 'memory', threshold, dimensions: {} });
    const components = { web: { alarms: { high: memory(95), memory: memory(90) } } };
    const both = configured({ components, strategies: [{ verify: { ...LIMITS, by: 'alarm' } }] });

    it.each([
      ['recovered', 'OK', 'ALARM'],
      ['failed', 'ALARM', 'OK'],
    ] as const)('ends as %s when the one that rang is %s and the other %s', async (verdict, rang, silent) => {
      const { world, toTheEnd } = await verification(both, { alarmName });
      world.alarms.named.set(alarmName, rang);
      world.alarms.named.set(other, silent);
      expect(await toTheEnd()).toMatchObject({ verdict });
    });

    it('fails when one is not OK, and none is known to have rung', async () => {
      const { world, toTheEnd } = await verification(both);
      world.alarms.named.set(alarmName, 'OK');
      world.alarms.named.set(other, 'ALARM');
      expect(await toTheEnd()).toMatchObject({ verdict: 'failed' });
    });
  });

  it('does not count the silence of a component without alarms as health (invariant 10)', async () => {
    const components = { web: {} };
    const strategies = [{ verify: { ...LIMITS, by: 'alarm' } }];
    const { toTheEnd } = await verification(configured({ components, strategies }));
    expect(await toTheEnd()).toMatchObject({
      verdict: 'failed',
      detail: 'the health of web cannot be verified by alarm: it has no alarm',
      seconds: 0,
    });
  });
});
