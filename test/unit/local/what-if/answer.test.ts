import { describe, expect, it } from 'vitest';
import type { Assumption } from '../../../../cli/what-if.ts';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { readAlarmHistory } from '../../../../local/what-if/alarm-history.ts';
import { answerWhatIf, NothingToReplay } from '../../../../local/what-if/answer.ts';
import { CONFIGURATION, episode, historyText, stateUpdate } from './history-file.ts';

async function answer(items: readonly object[], assumption: Assumption = 'healed', text = CONFIGURATION) {
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return await answerWhatIf(loaded.compiled, readAlarmHistory(historyText(items), 'alarms.json'), assumption);
}

describe('what if repairs succeed', () => {
  it('heals an alarm in its own time, long before it was recorded to end', async () => {
    const result = await answer(episode('web-a memory', '12:00', '13:00'));
    expect(result.totals).toEqual({
      healed: 1,
      recovered: 0,
      isolated: 0,
      failed: 0,
      unfinished: 0,
      refused: 0,
      unanswered: 0,
    });
    const [incident] = result.incidents;
    expect(incident).toMatchObject({ component: 'web-a', metric: 'memory', outcome: 'healed' });
    expect((incident?.overAtMs ?? 0) - (incident?.atMs ?? 0)).toBeLessThan(60_000);
    expect(result.inAlarm.recordedMs).toBe(3_600_333);
    expect(result.inAlarm.replayedMs).toBeLessThan(60_000);
    expect(result.defects).toEqual([]);
  });

  it('heals a component of several hosts only once all of them are repaired', async () => {
    const text = CONFIGURATION.replace(
      /instanceIds: \[(i-[0-9a-f]+)\]/,
      'instanceIds: [$1, i-0ffffffffffffffff]',
    );
    const one = await answer(episode('web-a memory', '12:00', '13:00'));
    const both = await answer(episode('web-a memory', '12:00', '13:00'), 'healed', text);
    expect(both.incidents).toMatchObject([{ outcome: 'healed' }]);
    expect(both.inAlarm.replayedMs).toBeGreaterThan(one.inAlarm.replayedMs);
    expect(both.defects).toEqual([]);
  });

  it('never goes beyond a budget, and says why the others waited', async () => {
    const result = await answer([
      ...episode('web-a memory', '12:00', '13:00'),
      ...episode('web-b memory', '12:00', '13:00'),
    ]);
    expect(result.atOnce.groups['web']).toMatchObject({ most: 1, limit: 1 });
    expect(result.refusals.map(({ reason, count }) => [reason, count])).toEqual([['GROUP_BUSY', 1]]);
    // The reconciler hands back what was refused.
    expect(result.incidents.map(({ outcome }) => outcome)).toEqual(['healed', 'healed']);
  });

  it('repairs nothing that has to carry the demand alone, and says what the routes carry', async () => {
    const text = CONFIGURATION.replace(
      'maxInFlight: 1, minHealthy: 1',
      'maxInFlight: 3, minHealthy: 0',
    ).replace(
      '  db:\n',
      '  db:\n    demand: 200\n    dependsOn: [web-a, web-b]\n    capacities: { web-a: 200, web-b: 200 }\n',
    );
    const items = [
      ...episode('web-a memory', '12:00', '13:00'),
      ...episode('web-b memory', '12:00', '13:00'),
    ];
    const result = await answer(items, 'healed', text);
    expect(result.refusals.map(({ reason }) => reason)).toEqual(['CAPACITY_SHORT']);
    expect(result.incidents.map(({ outcome }) => outcome)).toEqual(['healed', 'healed']);
    expect(result.incidents.flatMap(({ waits }) => waits)).toMatchObject([
      { reason: 'CAPACITY_SHORT', detail: expect.stringContaining('the routes carry 200, and 0 during') },
    ]);
  });

  it('counts operations of different groups that run at once', async () => {
    const result = await answer([
      ...episode('web-a memory', '12:00', '13:00'),
      ...episode('db cpu', '12:00', '13:00'),
      ...episode('db errors', '12:00', '13:00'),
    ]);
    expect(result.atOnce.all).toMatchObject({ most: 2, limit: 2 });
  });

  it('derives composite alarms that were not there yet from the alarms that they read', async () => {
    const result = await answer([
      ...episode('db cpu', '12:00', '13:00'),
      ...episode('db errors', '12:05', '13:00'),
    ]);
    const both = result.incidents.find(({ metric }) => metric === 'trouble');
    expect(both).toMatchObject({ alarmName: 'selfheal-db-both', outcome: 'healed' });
    expect(result.incidents.filter(({ outcome }) => outcome === 'refused')).toHaveLength(2);
    expect(result.refusals.map(({ reason }) => reason)).toContain('NO_STRATEGY');
    expect(result.inAlarm.recordedMs).toBe(115 * 60_000 + 2 * 333);
    expect(result.inAlarm.replayedMs).toBeLessThan(6 * 60_000);
  });

  it('counts each time that an alarm was recorded to go off as an incident of its own', async () => {
    const result = await answer([
      ...episode('web-a memory', '12:00', '12:20'),
      ...episode('web-a memory', '18:00', '18:20'),
    ]);
    expect(result.incidents.map(({ outcome }) => outcome)).toEqual(['healed', 'healed']);
    expect(result.operations.map(({ attempt }) => attempt)).toEqual([1, 1]);
  });

  it('shows a cooldown: an alarm that comes back soon is refused, then healed when it may be', async () => {
    const result = await answer([
      ...episode('web-a memory', '12:00', '12:03'),
      ...episode('web-a memory', '12:05', '13:00'),
    ]);
    const [, second] = result.incidents;
    expect(second?.refusals.map(({ reason }) => reason)).toEqual(['COOLDOWN']);
    expect(second?.outcome).toBe('healed');
    expect(second?.operations[0]?.startedAtMs).toBeGreaterThan(Date.parse('2026-11-02T12:10:00Z'));
  });

  it('says how long an alarm was recorded, and that one was in ALARM already when the history begins', async () => {
    const [already, later] = (
      await answer([
        stateUpdate('web-a memory', '2026-11-02T12:00:00Z', 'ALARM', 'OK'),
        ...episode('web-b memory', '13:00', '13:20'),
      ])
    ).incidents;
    expect(already).toMatchObject({ component: 'web-a', wasInAlarm: true });
    expect(later).toMatchObject({
      wasInAlarm: false,
      recordedOverAtMs: Date.parse('2026-11-02T13:20:00.456Z'),
    });
  });
});

describe('what an alarm waited for', () => {
  it('has a length and a time of the next try, though nothing was recorded of it', async () => {
    const [, second] = (
      await answer([
        ...episode('web-a memory', '12:00', '12:03'),
        ...episode('web-a memory', '12:05', '13:00'),
      ])
    ).incidents;
    const [wait] = second?.waits ?? [];
    expect(second?.waits.map(({ reason }) => reason)).toEqual(['COOLDOWN']);
    expect(wait?.fromMs).toBe(second?.refusals[0]?.refusedAtMs);
    expect(wait?.untilMs).toBe(second?.operations[0]?.startedAtMs);
    expect(wait?.eligibleAtMs).toBeLessThan(wait?.untilMs ?? 0);
  });

  it('may be a group with too few healthy members, round after round', async () => {
    const minding = CONFIGURATION.replace('minHealthy: 1', 'minHealthy: 2');
    const result = await answer(
      [...episode('web-a memory', '12:00', '12:40'), ...episode('web-b memory', '12:01', '12:10')],
      'failed',
      minding,
    );
    const waiting = result.incidents.find(({ component }) => component === 'web-b');
    const waits = waiting?.waits.filter(({ reason }) => reason === 'GROUP_UNHEALTHY') ?? [];
    expect(waits.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0)).toBeGreaterThan(6 * 60_000);
    expect(waits[0]?.detail).toContain('group web: 1 of 3 healthy, 2 required');
  });

  it('does not include the alarm’s own operation where that began at once', async () => {
    const result = await answer(episode('web-a memory', '12:00', '13:00'));
    expect(result.incidents[0]?.waits).toEqual([]);
  });

  it('does not include a refusal for good', async () => {
    const off = CONFIGURATION.replace('settings: {', 'settings: { autoHealEnabled: false,');
    const result = await answer(episode('web-a memory', '12:00', '12:10'), 'healed', off);
    expect(result.incidents[0]?.waits).toEqual([]);
  });
});

describe('a host that is isolated', () => {
  const isolating = CONFIGURATION.replace('metrics: [memory, trouble]', 'metrics: [trouble]');
  const host = 'i-0a1b2c3d4e5f60002';

  it('counts as left isolated, neither healed nor only failed', async () => {
    const result = await answer(episode('web-c memory', '12:00', '12:30'), 'healed', isolating);
    expect(result.totals).toMatchObject({ isolated: 1, healed: 0, failed: 0 });
    expect(result.isolations).toMatchObject([{ component: 'web-c', instanceId: host }]);
    expect(result.isolations[0]).not.toHaveProperty('untilMs');
  });

  it('stays so, and no later repair heals its component', async () => {
    const ladder = CONFIGURATION.replace('maxAttempts: 2', 'maxAttempts: 1');
    const result = await answer(
      [
        ...episode('web-c memory', '12:00', '12:03'),
        ...episode('web-c memory', '12:20', '12:23'),
        ...episode('web-c memory', '18:00', '18:30'),
      ],
      'healed',
      ladder,
    );
    expect(result.incidents.map(({ outcome }) => outcome)).toEqual(['healed', 'isolated', 'isolated']);
    expect(result.incidents[2]?.isolation?.fromMs).toBe(result.isolations[0]?.fromMs);
    expect(result.incidents[2]?.overAtMs).toBe(Date.parse('2026-11-02T18:30:00.456Z'));
  });

  it('does not count as isolated where it has init scripts, and refuses', async () => {
    const sysv = isolating.replace(
      'service: web-c.service',
      'service: web-c.service\n    serviceManager: sysv',
    );
    const result = await answer(episode('web-c memory', '12:00', '12:30'), 'healed', sysv);
    expect(result.totals).toMatchObject({ isolated: 0, failed: 1 });
    expect(result.isolations).toEqual([]);
    expect(result.operations[0]?.failure?.cause).toContain('UNSUPPORTED_MANAGER');
  });

  it('is no longer isolated once its strategy restores it', async () => {
    const restoring = isolating.replace(
      '[{ type: isolate_network }]',
      '[{ type: isolate_network }, { type: restore_network }]',
    );
    const result = await answer(episode('web-c memory', '12:00', '12:30'), 'healed', restoring);
    expect(result.totals).toMatchObject({ isolated: 0, healed: 1 });
    expect(result.isolations[0]?.untilMs).toBeGreaterThan(result.isolations[0]?.fromMs ?? 0);
  });
});

describe('what if repairs change nothing', () => {
  it('spends the attempts of each hour, and is over when it was recorded to be', async () => {
    const result = await answer(episode('web-a memory', '12:00', '13:30'), 'failed');
    const [incident] = result.incidents;
    expect(incident?.outcome).toBe('failed');
    expect(incident?.operations.map(({ attempt }) => attempt)).toEqual([1, 2, 2, 2]);
    expect(incident?.refusals.map(({ reason }) => reason)).toContain('ATTEMPTS_SPENT');
    expect(result.inAlarm.replayedMs).toBe(result.inAlarm.recordedMs);
  });

  it('calls an alarm that ends by itself during an operation recovered, not healed', async () => {
    const result = await answer(episode('web-a memory', '12:00', '12:10'), 'failed');
    expect(result.totals).toMatchObject({ failed: 1, healed: 0, recovered: 0 });
    const soon = [
      stateUpdate('web-a memory', '2026-11-02T12:00:00Z', 'OK', 'ALARM'),
      stateUpdate('web-a memory', '2026-11-02T12:00:25Z', 'ALARM', 'OK'),
    ];
    expect((await answer(soon, 'failed')).totals).toMatchObject({ recovered: 1, healed: 0 });
  });

  it('ends, though an alarm was never recorded to be OK again', async () => {
    const result = await answer(episode('web-a memory', '12:00'), 'failed');
    expect(result.incidents[0]).not.toHaveProperty('overAtMs');
    expect(result.totals).toMatchObject({ failed: 1, unfinished: 0 });
  });
});

describe('an answer', () => {
  it('stays the same each time', async () => {
    const items = [
      ...episode('web-a memory', '12:00', '13:00'),
      ...episode('web-b memory', '12:01', '13:00'),
    ];
    expect(await answer(items)).toEqual(await answer(items));
  });

  it('names alarms that no component has, and alarms without a history', async () => {
    const result = await answer([
      ...episode('web-a memory', '12:00'),
      ...episode('lambda errors', '12:00', '12:01'),
    ]);
    expect(result.history.unknownAlarms).toEqual({ 'lambda errors': 2 });
    expect(result.history.silentAlarms).toContain('db cpu');
  });

  it('refuses settings.autoHealEnabled: false with its reason', async () => {
    const off = CONFIGURATION.replace('settings: {', 'settings: { autoHealEnabled: false,');
    const result = await answer(episode('web-a memory', '12:00', '12:10'), 'healed', off);
    expect(result.totals).toMatchObject({ refused: 1, healed: 0 });
    expect(result.refusals).toMatchObject([{ reason: 'AUTO_HEAL_DISABLED', count: 1 }]);
  });

  it('needs a history with changes of state', async () => {
    const action = {
      ...stateUpdate('web-a memory', '2026-11-02T12:00:00Z', 'OK', 'ALARM'),
      HistoryItemType: 'Action',
    };
    const answering = answer([action]);
    await expect(answering).rejects.toThrow(NothingToReplay);
    await expect(answering).rejects.toThrow('only items of other types: 1 of Action');
  });

  it('needs a history of alarms that the configuration knows', async () => {
    const answering = answer(episode('lambda errors', '12:00'));
    await expect(answering).rejects.toThrow(NothingToReplay);
    await expect(answering).rejects.toThrow('`adopt` the recorded alarms');
  });
});
