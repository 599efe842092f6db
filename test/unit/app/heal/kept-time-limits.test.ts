import { describe, expect, it } from 'vitest';
import { keepTimeLimit } from '../../../../functions/app/heal/keep-time-limit.ts';
import type { Operation } from '../../../../functions/core/operation/operation.ts';
import type { TimeLimit } from '../../../../functions/core/operation/time-limit.ts';
import { NODE } from '../../../factories/configuration.ts';
import { stepOf } from '../../../factories/operations/admissions.ts';
import { BY_GROUPS, isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { admitted } from '../../../factories/ports/world.ts';

const OTHER = 'i-0fffffffffffffff0';
const LET_IN = {
  id: 'let-in',
  components: ['web'],
  trigger: { metrics: ['let_in'] },
  actions: [{ type: 'restore_network' }],
};
const PLAIN = { id: 'plain', components: ['web'], trigger: { metrics: ['plain'] } };
const AGAIN = {
  ...{ id: 'again', components: ['web'], trigger: { metrics: ['again'] }, cooldownSeconds: 0 },
  actions: [{ type: 'isolate_network', params: { limitSeconds: '2h' } }],
};
const hosts = (count: number) =>
  Array.from({ length: count }, (_, host) => `i-${String(host).padStart(17, '0')}`);

/** A host that was isolated, and its limit; and what lets it in by its agent. */
async function isolated(params: object = {}, agent: object = {}) {
  const run = await isolatedHost(params, [], [LET_IN, PLAIN, AGAIN], agent);
  const { operationId } = run.operation;
  const limit = (await run.limits())?.[operationId];
  if (!limit) throw new Error('no limit is kept');
  const set = async (id: string, more: Partial<TimeLimit> | undefined) =>
    await run.world.store.setTimeLimit(id, more && { ...limit, ...more });
  const letIn = async () => {
    const other = await admitted(run.world, { metric: 'let_in', signalId: 'later' });
    await run.carryOut(other, 'heal-0');
    return await run.end(other);
  };
  return { ...run, operationId, limit, set, letIn };
}

describe('once an agent has let a host back in', () => {
  it('only the limits of its own component end', async () => {
    const { operationId, limit, set, letIn, limits } = await isolated();
    await set('others', { component: 'other', isolatedBy: operationId });
    await letIn();
    expect(await limits()).toEqual({ others: { ...limit, component: 'other', isolatedBy: operationId } });
  });

  it('a limit of several hosts is kept for the others', async () => {
    const { operationId, limit, set, letIn, limits } = await isolated();
    await set(operationId, { targets: [NODE, OTHER] });
    await letIn();
    expect(await limits()).toEqual({ [operationId]: { ...limit, targets: [OTHER] } });
  });

  it('a limit stays whose operation is not on record, or has isolated nothing', async () => {
    const { world, operationId, set, letIn, limits, end } = await isolated();
    const plain = await admitted(world, { metric: 'plain', signalId: 'plain' });
    await end(plain);
    await set(operationId, undefined);
    await set('forgotten', {});
    await set(plain.operationId, {});
    await letIn();
    expect(Object.keys((await limits()) ?? {}).toSorted()).toEqual(
      ['forgotten', plain.operationId].toSorted(),
    );
  });

  it('a limit stays where security groups may cut the host off, too', async () => {
    const unheard = { status: 'TimedOut', statusDetails: 'DeliveryTimedOut', hasBegun: false } as const;
    const { operationId, letIn, limits } = await isolated({ ...BY_GROUPS, by: 'agent_first' }, unheard);
    await letIn();
    expect(await limits()).toHaveProperty([operationId]);
  });

  it('nothing is said of limits that are too many', async () => {
    const { set, letIn } = await isolated();
    await set('others', { component: 'other', targets: hosts(1_001) });
    expect(await letIn()).not.toHaveProperty('warnings');
  });
});

describe('an isolation', () => {
  it('has room for its limit where it takes the place of another', async () => {
    const { world, operationId, set, carryOut, end, limits } = await isolated();
    await set('others', { component: 'other', targets: hosts(999) });
    const again = await admitted(world, { metric: 'again', signalId: 'later' });
    await carryOut(again, 'heal-0');
    expect(await end(again)).not.toHaveProperty('warnings');
    expect(await limits()).not.toHaveProperty(operationId);
    expect(await limits()).toHaveProperty([again.operationId]);
  });

  it('without a limit names each host that a person has to let in', async () => {
    const { world, operation, set } = await isolated();
    await set('others', { component: 'other', targets: hosts(1_000) });
    const strategy = world.configuration.strategies.find(({ id }) => id === 'again');
    const later: Operation = { ...operation, operationId: 'later' };
    const step = {
      ...stepOf(later, { action: 'isolate_network', targets: [NODE, OTHER] }),
      outcome: 'SUCCEEDED',
    } as const;
    expect(await keepTimeLimit(world, later, { strategy } as never, [step])).toMatch(
      new RegExp(`Isolated: ${NODE}, ${OTHER}$`),
    );
  });
});
