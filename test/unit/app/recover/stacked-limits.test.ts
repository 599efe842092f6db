import { describe, expect, it } from 'vitest';
import { NODE } from '../../../factories/configuration.ts';
import { BEFORE, BY_GROUPS, GROUP, HOUR_MS, isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { admitted } from '../../../factories/ports/world.ts';

const LATER_GROUP = 'sg-0fedcba9876543210';
const LIFT = { ...BY_GROUPS, afterLimit: 'lift' };
const REMINDED = { targets: [NODE], reminders: 1 };

/** A host that is isolated by one group, and then by another. */
async function isolatedTwice(later: object) {
  const params = { by: 'security_groups', securityGroup: LATER_GROUP, ...later };
  const again = {
    ...{ id: 'again', components: ['web'], trigger: { metrics: ['again'] }, cooldownSeconds: 0 },
    ...{ actions: [{ type: 'isolate_network', params }], rollback: { onFailure: 'maintain_isolation' } },
  };
  const run = await isolatedHost(LIFT, [], [again]);
  const second = await admitted(run.world, { metric: 'again', signalId: 'later' });
  await run.carryOut(second, 'heal-0');
  await run.end(second);
  expect(run.groups()).toEqual({ 'eni-a': [LATER_GROUP] });
  return { ...run, second };
}

describe('a host that two operations have isolated by different groups', () => {
  it('is let in by lifting the later isolation first, and then the earlier', async () => {
    const run = await isolatedTwice({ limitSeconds: '2h', afterLimit: 'lift' });
    const { signals } = await run.after(2 * HOUR_MS);
    expect(signals).toMatchObject([{ lifts: run.second.operationId, targets: [NODE] }]);
    const later = await run.admit(signals[0] ?? {});
    await run.carryOut(later, 'heal-0');
    await run.end(later);
    expect(run.groups()).toEqual({ 'eni-a': [GROUP] });
    const next = await run.after(HOUR_MS);
    expect(next.signals).toMatchObject([{ lifts: run.operation.operationId, targets: [NODE] }]);
    const earlier = await run.admit(next.signals[0] ?? {});
    await run.carryOut(earlier, 'heal-0');
    await run.end(earlier);
    expect(run.groups()).toEqual(BEFORE);
    expect(await run.limits()).toBeUndefined();
  });

  it('does not count as let in by the later isolation: people are reminded of both', async () => {
    const run = await isolatedTwice({ limitSeconds: '1h' });
    await run.after(HOUR_MS);
    expect(run.world.notifier.sent.at(-1)?.body['message']).toContain('nothing on record has lifted that');
    expect(Object.values((await run.limits()) ?? {})).toMatchObject([REMINDED, REMINDED]);
  });

  it('counts as isolated while it is not known which group the later isolation set', async () => {
    const run = await isolatedTwice({ limitSeconds: '1h' });
    const { getOperation } = run.world.store;
    const isGone = (id: string) => id === run.second.operationId;
    run.world.store = {
      ...run.world.store,
      getOperation: async (id) => (isGone(id) ? undefined : await getOperation(id)),
    };
    await run.after(HOUR_MS);
    expect(Object.values((await run.limits()) ?? {})).toMatchObject([REMINDED, REMINDED]);
  });

  it('counts as let in where someone else has set a group of neither', async () => {
    const run = await isolatedTwice({ limitSeconds: '2h', afterLimit: 'lift' });
    run.world.instanceFleet.attach(NODE, 'eni-a', ['sg-0000000f']);
    expect((await run.after(2 * HOUR_MS)).signals).toEqual([]);
    expect(await run.limits()).toBeUndefined();
  });
});
