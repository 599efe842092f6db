import { describe, expect, it } from 'vitest';
import { reconcileTimeLimits } from '../../../../functions/app/recover/reconcile-time-limits.ts';
import { createRound } from '../../../../functions/app/recover/round.ts';
import { EMPTY_FLEET } from '../../../../functions/core/admission/records.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { BY_GROUPS, GROUP } from '../../../factories/ports/isolated-host.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const OTHER = 'i-0123456789abcdef1';
const THIRD = 'i-0123456789abcdef2';
const ID = 'the-isolation';

type State = 'gone' | 'let in' | 'isolated' | 'isolated before';

/** A round at the limit of hosts in these states, by id. */
async function reached(states: Readonly<Record<string, State>>, afterLimit: 'lift' | 'remind' = 'remind') {
  const targets = Object.keys(states);
  const configuration = configured({
    components: { web: { targets: { instanceIds: targets } } },
    strategies: [
      { actions: [{ type: 'isolate_network', params: { ...BY_GROUPS, limitSeconds: '1h', afterLimit } }] },
    ],
  });
  const world = createWorld(configuration);
  const isIn = (state: State) => targets.filter((id) => states[id] === state);
  const change = { before: JSON.stringify({ eni: 'sg-0000000a' }), intended: JSON.stringify({ eni: GROUP }) };
  const record = { stepId: 'heal-0', action: 'isolate_network', outcome: 'SUCCEEDED' };
  const kept: unknown[] = [];
  const deps = {
    ...world,
    store: {
      ...world.store,
      getOperation: async () => ({}),
      getPlan: async () => ({ strategy: configuration.strategies[0] }),
      listSteps: async () => [
        { ...record, targets: [...isIn('isolated'), ...isIn('let in')], change },
        { ...record, stepId: 'heal-1', targets: isIn('isolated before') },
      ],
      setTimeLimit: async (
        id: string,
        limit: { readonly targets?: unknown } | undefined,
        dueAtMs: number,
      ) => {
        kept.push([id, limit?.targets, dueAtMs]);
      },
    },
    instances: {
      read: async () =>
        targets.map((id) => ({ id, state: states[id] === 'gone' ? 'terminated' : 'running' })),
      interfaces: async () =>
        targets.map((id) => ({
          ...{ id: 'eni', instanceId: id },
          groups: states[id] === 'let in' ? ['sg-0000000a'] : [GROUP],
        })),
    },
  };
  const limit = { component: 'web', targets, dueAtMs: NOON, limitSeconds: 3_600, afterLimit };
  const round = createRound();
  await reconcileTimeLimits(deps as never, { ...EMPTY_FLEET, timeLimits: { [ID]: limit } }, round);
  const sent = world.notifier.sent.map(({ body }) => ({ hosts: body['hosts'], message: body['message'] }));
  return { ...round, sent, kept, signals: world.events.signals };
}

describe('the time limit of an isolation', () => {
  it('ends for two hosts that are gone, by their names', async () => {
    const { done, sent, kept, denials } = await reached({ [NODE]: 'gone', [OTHER]: 'gone' });
    expect(done).toEqual([`${NODE}, ${OTHER}, isolated by ${ID}: no longer there`]);
    expect(sent).toEqual([
      {
        hosts: [NODE, OTHER],
        message: `${NODE}, ${OTHER}: isolated, and no longer there; the time limit of the isolation ends.`,
      },
    ]);
    expect(kept).toEqual([[ID, undefined, NOON]]);
    expect(denials).toEqual([]);
  });

  it('ends for two hosts that something else has let back in, by their names', async () => {
    const { done, sent, kept } = await reached({ [NODE]: 'let in', [OTHER]: 'let in' });
    expect(done).toEqual([`the isolation of ${NODE}, ${OTHER} by ${ID} was lifted by something else`]);
    expect(sent).toEqual([
      {
        hosts: [NODE, OTHER],
        message: `Something else has lifted the isolation of ${NODE}, ${OTHER}.`,
      },
    ]);
    expect(kept).toEqual([[ID, undefined, NOON]]);
  });

  it('ends for one host that is gone and one that was let in with one notice, and stays for a third', async () => {
    const { done, sent, kept } = await reached({ [NODE]: 'let in', [OTHER]: 'gone', [THIRD]: 'isolated' });
    expect(done).toEqual([
      `${OTHER}, isolated by ${ID}: no longer there`,
      `the isolation of ${NODE} by ${ID} was lifted by something else`,
      `reminded of the isolation of ${THIRD} by ${ID}`,
    ]);
    expect(sent).toEqual([
      {
        hosts: [OTHER, NODE],
        message: `${OTHER}: isolated, and no longer there; the time limit of the isolation ends. Something else has lifted the isolation of ${NODE}.`,
      },
      { hosts: [THIRD], message: expect.stringContaining(`isolated ${THIRD}, and nothing on record`) },
    ]);
    expect(kept[0]).toEqual([ID, [THIRD], NOON]);
  });

  it('is not followed by a lift of hosts all of which were isolated before', async () => {
    const before = { [NODE]: 'isolated before', [OTHER]: 'isolated before' } as const;
    const { sent, signals } = await reached(before, 'lift');
    expect(signals).toEqual([]);
    expect(sent[0]?.message).toContain(
      `It cannot be lifted at its limit: ${NODE}, ${OTHER}: isolated already before ${ID}, which changed nothing.`,
    );
  });

  it.each([50, 51])('is followed by a lift of at most 50 hosts at a time, of %i', async (count) => {
    const ids = Array.from({ length: count }, (_, index) => `i-${String(index).padStart(17, '0')}`);
    const { signals } = await reached(Object.fromEntries(ids.map((id) => [id, 'isolated'])), 'lift');
    expect(signals).toMatchObject([{ lifts: ID, targets: ids.slice(0, 50) }]);
  });

  it('names the limit in what a round says it could not do', async () => {
    const world = createWorld();
    const getOperation = () => Promise.reject(new Error('not decodable'));
    const limit = { component: 'web', targets: [NODE], dueAtMs: NOON, limitSeconds: 3_600 };
    const round = createRound();
    const fleet = { ...EMPTY_FLEET, timeLimits: { [ID]: { ...limit, afterLimit: 'lift' as const } } };
    await reconcileTimeLimits({ ...world, store: { ...world.store, getOperation } }, fleet, round);
    expect(round.problems).toEqual([`time limit of ${ID}: Error: not decodable`]);
  });
});
