import { describe, expect, it } from 'vitest';
import { NODE } from '../../../factories/configuration.ts';
import { BY_GROUPS, HOUR_MS, isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import {
  contained,
  DOCUMENT,
  MINUTE_MS,
  notContained,
  OPEN,
  OTHER,
  standing,
} from '../../../factories/ports/standing-isolation.ts';
import { admitted } from '../../../factories/ports/world.ts';

describe('hosts that their agents keep isolated', () => {
  it('are asked whether they still are, by a runbook that only reads', async () => {
    const { operation, pass, looks, limit, world } = await standing();
    await pass(MINUTE_MS);
    const stepId = expect.stringMatching(/^look-9\d{5}$/);
    expect(looks()).toEqual([
      {
        commandId: expect.anything(),
        document: DOCUMENT,
        parameters: {
          ...{ operationId: operation.operationId, stepId, component: 'web' },
          ...{ fence: String(operation.fence + 1), executionTimeout: '60' },
          ...{ containment: 'isolation', stableSeconds: '0', timeoutSeconds: '15' },
        },
        instanceIds: [NODE],
        comment: expect.stringMatching(new RegExp(`^selfheal ${operation.operationId} look-9\\d{5}$`)),
        deliveryTimeoutSeconds: 30,
        maxConcurrency: 1,
        stopsAtError: false,
      },
    ]);
    expect(world.runbooks.selectors.at(-1)).toEqual({ instanceIds: [NODE] });
    expect((await limit())?.look).toEqual({
      atMs: world.clock.now,
      commandIds: looks().map(({ commandId }) => commandId),
    });
  });

  it('are asked once an hour, whether they answer or not', async () => {
    const { pass, looks, world, limit } = await standing();
    await pass(MINUTE_MS);
    await pass(HOUR_MS - 1);
    expect(looks()).toHaveLength(1);
    await pass(1);
    expect(looks()).toHaveLength(2);
    world.runbooks.ends('Success', [contained(0)]);
    await pass(MINUTE_MS);
    expect((await limit())?.look).toEqual({ atMs: world.clock.now - MINUTE_MS });
    await pass(HOUR_MS - MINUTE_MS - 1);
    expect(looks()).toHaveLength(2);
    await pass(1);
    expect(looks()).toHaveLength(3);
  });

  it('are asked with the fence of the latest operation on them', async () => {
    const { pass, looks, world } = await standing();
    const readLimits = world.store.readLimits;
    world.store = {
      ...world.store,
      readLimits: async (...args) => {
        const read = await readLimits(...args);
        return {
          ...read,
          limits: { ...read.limits, component: { ...read.limits.component, fence: 2_000_000_000 } },
        };
      },
    };
    await pass(MINUTE_MS);
    expect(looks()[0]?.parameters['fence']).toBe('2000000000');
  });

  it('are not asked where EC2 alone has isolated them', async () => {
    const { pass, looks, limit, world } = await standing(BY_GROUPS);
    await pass(MINUTE_MS);
    expect(looks()).toEqual([]);
    expect((await limit())?.look).toEqual({ atMs: world.clock.now });
  });

  it('are asked where EC2 would have isolated them, and their agents could', async () => {
    const { pass, looks } = await standing({ ...BY_GROUPS, by: 'agent_first' });
    await pass(MINUTE_MS);
    expect(looks()).toMatchObject([{ instanceIds: [NODE] }]);
  });

  it.each([{ online: false }, { platform: 'Windows' as const }])(
    'are asked the next hour where none can be reached now (%o)',
    async (state) => {
      const { pass, looks, world, limit } = await standing();
      world.runbooks.nodes = [node(NODE, state)];
      await pass(MINUTE_MS);
      expect(looks()).toEqual([]);
      expect((await limit())?.look).toEqual({ atMs: world.clock.now });
      world.runbooks.nodes = [node()];
      await pass(HOUR_MS - 1);
      expect(looks()).toEqual([]);
      await pass(1);
      expect(looks()).toHaveLength(1);
    },
  );

  it('are not asked while an operation acts on their component', async () => {
    const run = await isolatedHost(
      { limitSeconds: '7d' },
      [],
      [{ id: 'again', components: ['web'], trigger: { metrics: ['again'] }, cooldownSeconds: 0 }],
    );
    await admitted(run.world, { metric: 'again', signalId: 'later' });
    await run.after(MINUTE_MS);
    expect(run.world.runbooks.sent.filter(({ document }) => document === DOCUMENT)).toEqual([]);
  });

  it.each([50, 51])('are asked 50 at a time, of %i', async (count) => {
    const { pass, looks, set, world, operation } = await standing();
    const targets = Array.from({ length: count }, (_, index) => `i-${String(index).padStart(17, '0')}`);
    const { listSteps } = world.store;
    world.store = {
      ...world.store,
      listSteps: async (id) => (await listSteps(id)).map((step) => ({ ...step, targets })),
    };
    for (const instanceId of targets) world.instanceFleet.launch({ instanceId });
    world.runbooks.nodes = targets.map((id) => node(id));
    await set({ targets });
    await pass(MINUTE_MS);
    expect(looks().map(({ instanceIds }) => instanceIds.length)).toEqual(count === 50 ? [50] : [50, 1]);
    for (const { commandId, instanceIds } of looks()) {
      expect((await pass(1)).done).toEqual([]);
      const answers = instanceIds.map((instanceId) => ({ instanceId, ...notContained(OPEN) }));
      world.runbooks.ends('Failed', answers, commandId);
    }
    const { done } = await pass(MINUTE_MS);
    expect(done).toEqual([`${targets.join(', ')}, isolated by ${operation.operationId}: found open`]);
  });
});

describe('a host that is found open', () => {
  it('is reported once, with what has opened it and what isolates it again, and its limit ends', async () => {
    const { look, notices, limit, operation, pass } = await standing();
    const { done } = await look(notContained(OPEN));
    expect(done).toEqual([`${NODE}, isolated by ${operation.operationId}: found open`]);
    expect(notices()).toEqual([
      {
        subject: `Selfheal: web is no longer isolated: time limit of ${operation.operationId}`,
        hosts: [NODE],
        message: expect.stringContaining(
          `${NODE}: ${OPEN}. The time limit ends. \`selfheal heal web --strategy ${operation.strategyId} --target ${NODE} `,
        ),
      },
    ]);
    expect(await limit()).toBeUndefined();
    await pass(8 * 24 * HOUR_MS);
    expect(notices()).toHaveLength(1);
  });

  it('ends the limit of no other host', async () => {
    const { look, set, limit, notices, world } = await standing();
    world.instanceFleet.launch({ instanceId: OTHER });
    await set({ targets: [NODE, OTHER] });
    await look({ instanceId: NODE, ...notContained(OPEN) });
    expect(await limit()).toMatchObject({ targets: [OTHER] });
    expect(notices()).toMatchObject([{ hosts: [NODE] }]);
  });

  it('is reported, though the records of its operation are gone', async () => {
    const { pass, world, notices } = await standing();
    await pass(MINUTE_MS);
    world.store = { ...world.store, getOperation: async () => undefined };
    world.runbooks.ends('Failed', [notContained(OPEN)]);
    await pass(MINUTE_MS);
    expect(notices()[0]?.message).toContain('--strategy … --target');
  });
});

describe('a host that is isolated, though something else has lifted that', () => {
  it('is reported once for each time that it was put back', async () => {
    const { look, notices, limit, operation } = await standing();
    await look(contained(0));
    expect(notices()).toEqual([]);
    const { done } = await look(contained(1));
    expect(done).toEqual([
      `something else has disturbed the isolation of ${NODE} by ${operation.operationId}`,
    ]);
    await look(contained(1));
    expect(notices()).toEqual([
      {
        subject: `Selfheal: web is isolated: time limit of ${operation.operationId}`,
        hosts: [NODE],
        message: expect.stringContaining(`${NODE}: put back 1 times.`),
      },
    ]);
    await look(contained(3));
    expect(notices()).toHaveLength(2);
    expect(await limit()).toMatchObject({ targets: [NODE], look: { putBack: { [NODE]: 3 } } });
  });

  it('is reported with another that is open', async () => {
    const { look, set, notices, limit, operation, world } = await standing();
    world.instanceFleet.launch({ instanceId: OTHER });
    await set({ targets: [NODE, OTHER] });
    const { done } = await look(
      { instanceId: NODE, ...contained(2) },
      { instanceId: OTHER, ...notContained(OPEN) },
    );
    expect(done).toEqual([
      `something else has disturbed the isolation of ${NODE} by ${operation.operationId}`,
      `${OTHER}, isolated by ${operation.operationId}: found open`,
    ]);
    expect(notices()).toMatchObject([{ hosts: [NODE] }, { hosts: [OTHER] }]);
    expect(await limit()).toMatchObject({ targets: [NODE], look: { putBack: { [NODE]: 2 } } });
  });
});
