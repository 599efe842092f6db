import { describe, expect, it } from 'vitest';
import { createLab, MINUTE_MS, START_MS } from './embedded-lab.ts';

describe('a muted alarm', () => {
  it('leads to no repair, by its event or by the reconciler, as long as it is muted', async () => {
    const lab = await createLab();
    const name = 'selfheal-db-memory-i-0a1b2c3d4e5f60002';
    const mute = {
      Name: 'maintenance',
      Rule: { Schedule: { Expression: 'at(2026-11-22T11:00)', Duration: 'PT2H' } },
      MuteTargets: { AlarmNames: [name] },
    };
    lab.cloud.alarms.muteRules.put(mute, START_MS);
    await lab.sicken('db', 'memory', ['start_component']);
    await lab.clock.advance(59 * MINUTE_MS);
    expect(await lab.operations()).toEqual([]);
    expect(await lab.cloud.store.listRefusals('db', 5)).toEqual([]);

    await lab.clock.advance(5 * MINUTE_MS);
    expect((await lab.operations()).map(({ state }) => state)).toEqual(['COMPLETED']);
  });
});

describe('an alarm over metrics', () => {
  it('goes off, is healed and recovers as the metrics say', async () => {
    const lab = await createLab({ evaluateAlarms: true });
    const measure = (component: string, instanceId: string) => {
      const value = lab.services.isHealthy(component) ? 40 : 99;
      lab.cloud.alarms.metrics.put(
        { namespace: 'CWAgent', name: 'mem_used_percent', dimensions: { InstanceId: instanceId } },
        { timestampMs: lab.clock.nowMs(), unit: 'Percent', sample: { kind: 'value', value, count: 1 } },
        60,
      );
    };
    const minutes = async (count: number) => {
      for (let minute = 0; minute < count; minute += 1) {
        measure('db', 'i-0a1b2c3d4e5f60002');
        await lab.clock.advance(MINUTE_MS);
      }
    };
    await minutes(3);
    lab.services.sicken('db', { curedBy: ['start_component'] });
    await minutes(5);
    expect((await lab.operations()).map(({ state }) => state)).toEqual(['COMPLETED']);
    expect(lab.cloud.alarms.registry.get('selfheal-db-memory-i-0a1b2c3d4e5f60002').state.value).toBe('OK');
  });
});

describe('an operation whose execution never started', () => {
  it('is started by the reconciler', async () => {
    let isDown = true;
    const lab = await createLab({
      interceptInvocation: async ({ functionName }, proceed) => {
        const answer = await proceed();
        // Triage admits, and its answer is lost: nobody starts the execution.
        if (functionName !== 'selfheal-triage' || !isDown) return answer;
        return { functionError: { errorType: 'Lambda.Unknown', errorMessage: 'lost' } };
      },
    });
    await lab.sicken('db', 'memory', ['start_component']);
    await lab.clock.advance(20_000);
    isDown = false;
    expect((await lab.operations()).map(({ state }) => state)).toEqual(['HEALING']);
    await lab.clock.advance(2 * MINUTE_MS);
    expect((await lab.operations()).map(({ state }) => state)).toEqual(['COMPLETED']);
    const [dead] = Object.values(lab.cloud.deadLetters());
    expect(dead?.length).toBeGreaterThan(0);
  });
});
