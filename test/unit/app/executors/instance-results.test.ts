import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../functions/app/executors/ec2-instance.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const [ONE, OTHER] = ['i-00000000000000001', 'i-00000000000000002'] as const;
type Change = 'start' | 'stop' | 'reboot';

/** What is found of instances after `seconds`, of which those in `online` have an agent that answers. */
async function found(
  change: Change,
  states: Readonly<Record<string, readonly [state: string, check: string]>>,
  { seconds = 600, online = [] as readonly string[] } = {},
) {
  const world = createWorld();
  world.clock.now = NOON + seconds * 1_000;
  world.runbooks.nodes = online.map((id) => node(id));
  const statuses = async () =>
    Object.entries(states).flatMap(([id, [state, check]]) =>
      state === 'missing' ? [] : [{ id, state, check } as never],
    );
  return await inspect(
    { ...world, instances: { ...world.instances, statuses } },
    { change, ids: Object.keys(states), sinceMs: NOON },
  );
}

describe('what is found of an instance', () => {
  it.each<readonly [Change, string, string, 'SUCCEEDED' | 'FAILED' | undefined, string]>([
    ['stop', 'stopped', 'unknown', 'SUCCEEDED', 'is stopped'],
    ['stop', 'stopping', 'unknown', undefined, 'is stopping'],
    ['stop', 'terminated', 'unknown', 'FAILED', 'is terminated'],
    ['reboot', 'stopped', 'unknown', 'FAILED', 'is stopped: someone else has stopped it'],
    ['reboot', 'shutting-down', 'unknown', 'FAILED', 'is shutting-down'],
    [
      'start',
      'pending',
      'unknown',
      undefined,
      'is pending, EC2’s checks are unknown, and its agent is offline',
    ],
    [
      'start',
      'running',
      'impaired',
      undefined,
      'is running, EC2’s checks are impaired, and its agent is offline',
    ],
    ['start', 'running', 'ok', undefined, 'is running, EC2’s checks are ok, and its agent is offline'],
    [
      'start',
      'stopped',
      'unknown',
      'FAILED',
      'was started, and is stopped: EC2 could not start it, or someone else has stopped it; for volumes encrypted with a key of your own, selfheal-act needs kms:CreateGrant on that key',
    ],
  ])(
    'after a %s, while it is %s with checks that are %s, is %s',
    async (change, state, check, outcome, detail) => {
      const { targets } = await found(change, { [ONE]: [state, check] });
      expect(targets).toEqual([
        {
          ...{ id: ONE, detail: `${ONE} ${detail}` },
          ...(outcome && { outcome }),
          exists: !['terminated', 'shutting-down'].includes(state),
        },
      ]);
    },
  );

  it('is its return only once EC2’s checks pass and its agent is online', async () => {
    const states = { [ONE]: ['running', 'ok'] } as const;
    expect((await found('start', states, { online: [ONE] })).targets).toEqual([
      {
        ...{ id: ONE, outcome: 'SUCCEEDED', exists: true },
        detail: `${ONE} is running, passes EC2’s checks, and its agent is online`,
      },
    ]);
    const pending = { [ONE]: ['pending', 'ok'] } as const;
    expect((await found('start', pending, { online: [ONE] })).outcome).toBeUndefined();
    const impaired = { [ONE]: ['running', 'impaired'] } as const;
    expect((await found('start', impaired, { online: [ONE] })).targets[0]?.detail).toBe(
      `${ONE} is running, EC2’s checks are impaired, and its agent is online`,
    );
  });

  it('says nothing yet while it has just been rebooted or started', async () => {
    const running = { [ONE]: ['running', 'ok'] } as const;
    const rebooted = await found('reboot', running, { seconds: 10, online: [ONE] });
    expect(rebooted.outcome).toBeUndefined();
    expect(rebooted.targets[0]?.detail).toBe(`${ONE} has just been rebooted`);
    const started = await found('start', running, { seconds: 10 });
    expect(started.targets[0]?.detail).toBe(
      `${ONE} is running, EC2’s checks are ok, and its agent is offline`,
    );
    const stopped = await found('start', { [ONE]: ['stopped', 'unknown'] }, { seconds: 10 });
    expect(stopped.outcome).toBeUndefined();
  });

  it('is that it does not exist, where EC2 does not know it', async () => {
    const { targets, outcome } = await found('start', { [ONE]: ['missing', ''] });
    expect(outcome).toBeUndefined();
    expect(targets).toMatchObject([
      { exists: false, detail: `${ONE} is unknown, EC2’s checks are unknown, and its agent is offline` },
    ]);
  });
});

describe('what is found of several instances', () => {
  it('ends with the last of them, and fails with any', async () => {
    const stopped = ['stopped', 'unknown'] as const;
    const waiting = await found('stop', { [ONE]: stopped, [OTHER]: ['stopping', 'unknown'] });
    expect(waiting.outcome).toBeUndefined();
    expect(waiting.targetCount).toBe(2);
    expect(waiting.detail).toMatch(`${ONE} is stopped; ${OTHER} is stopping`);
    const failed = await found('stop', { [ONE]: stopped, [OTHER]: ['terminated', 'unknown'] });
    expect(failed.outcome).toBe('FAILED');
    expect((await found('stop', { [ONE]: stopped, [OTHER]: stopped })).outcome).toBe('SUCCEEDED');
  });
});
