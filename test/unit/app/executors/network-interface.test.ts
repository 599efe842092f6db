import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import { verify } from '../../../../functions/app/heal/verify.ts';
import type { PlannedStep, StepId } from '../../../../functions/core/operation/operation.ts';
import { RequestRefused } from '../../../../functions/ports/errors.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

const GROUP = 'sg-0123456789abcdef0';
const BEFORE = { 'eni-a': ['sg-0000000a', 'sg-0000000b'], 'eni-b': ['sg-0000000c'] };
const ISOLATED = { 'eni-a': [GROUP], 'eni-b': [GROUP] };
const ISOLATE = {
  type: 'isolate_network',
  params: { by: 'security_groups', securityGroup: GROUP },
  onError: 'rollback',
};
const RESTORE = { type: 'restore_network', params: { by: 'security_groups' } };

/** An operation on a host with two network interfaces, whose agent is dead. */
async function repair(actions: readonly object[], rollback: object = {}) {
  const components = { web: withMemoryAlarm({ health: { url: 'https://web.example.com/' } }) };
  const world = createWorld(configured({ components, strategies: [{ actions, rollback }] }));
  world.runbooks.nodes = [node(NODE, { online: false })];
  world.instanceFleet.launch({ instanceId: NODE, interfaces: BEFORE });
  const operation = await admitted(world);
  const input = inputOf(operation);
  return {
    world,
    fleet: world.instanceFleet,
    groups: () => world.instanceFleet.groupsOf(NODE),
    step: async (stepId: StepId, more: object = {}) =>
      await act(world, { ...inputOf(operation, `token-${stepId}`), step: { stepId, ...more } }),
    record: async (stepId: StepId) => await world.store.getStep(operation.operationId, stepId),
    undo: async (): Promise<readonly PlannedStep[]> => {
      const failure = { error: 'NotRecovered', cause: 'still failing' };
      const { steps } = await prepareRollback(world, { operationId: operation.operationId, failure });
      for (const step of steps) await act(world, { ...inputOf(operation, `token-${step.stepId}`), step });
      return steps;
    },
    verify: async () => {
      world.tokens.completed.length = 0;
      await verify(world, { ...input, taskToken: 'verify', verification: { round: 0 } });
      return world.tokens.completed.find(({ taskToken }) => taskToken === 'verify');
    },
  };
}

describe('an isolation by security groups', () => {
  it('covers every interface, though the agent is dead, and keeps the groups that were there', async () => {
    const run = await repair([ISOLATE], { onFailure: 'maintain_isolation' });
    await run.step('heal-0');
    expect(run.groups()).toEqual(ISOLATED);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      change: { before: '{"eni-a":"sg-0000000a,sg-0000000b","eni-b":"sg-0000000c"}' },
    });
    expect(run.world.runbooks.sent).toEqual([]);
  });

  it('ends with a later action of the strategy, groups as before', async () => {
    const run = await repair([ISOLATE, RESTORE]);
    await run.step('heal-0');
    await run.step('heal-1');
    expect(run.groups()).toEqual(BEFORE);
  });

  describe('where EC2 still answers what was there before', () => {
    /** Answers the first reads after a change with the state before it. */
    const readLate = (run: Awaited<ReturnType<typeof repair>>, reads: number) => {
      const { interfaces, setGroups } = run.world.instances;
      let stale: Awaited<ReturnType<typeof interfaces>> | undefined;
      let left = 0;
      Object.assign(run.world.instances, {
        interfaces: async (ids: readonly string[]) => {
          if (left <= 0 || stale === undefined) return await interfaces(ids);
          left -= 1;
          return stale;
        },
        setGroups: async (...change: Parameters<typeof setGroups>) => {
          if (left <= 0) stale = await interfaces([NODE]);
          left = reads;
          await setGroups(...change);
        },
      });
    };

    it('looks again before it calls the isolation failed', async () => {
      const run = await repair([ISOLATE], { onFailure: 'maintain_isolation' });
      readLate(run, 2);
      await run.step('heal-0');
      expect(await run.record('heal-0')).toMatchObject({
        outcome: 'SUCCEEDED',
        detail:
          'security groups of eni-a (i-0123456789abcdef0) was changed from sg-0000000a,sg-0000000b to sg-0123456789abcdef0; security groups of eni-b (i-0123456789abcdef0) was changed from sg-0000000c to sg-0123456789abcdef0',
      });
    });

    it('puts the groups back all the same', async () => {
      const run = await repair([ISOLATE, { type: 'start_component', onError: 'rollback' }]);
      await run.step('heal-0');
      const { interfaces } = run.world.instances;
      const before = Object.entries(BEFORE).map(([id, groups]) => ({ id, instanceId: NODE, groups }));
      Object.assign(run.world.instances, { interfaces: async () => before });
      await run.step('heal-1');
      await run.undo();
      Object.assign(run.world.instances, { interfaces });
      expect(run.groups()).toEqual(BEFORE);
    });
  });

  it('ends when the repair fails, groups as before', async () => {
    const run = await repair([ISOLATE, { type: 'start_component', onError: 'rollback' }]);
    await run.step('heal-0');
    await run.step('heal-1');
    expect((await run.undo()).map(({ action }) => action.type)).toContain('restore_network');
    expect(run.groups()).toEqual(BEFORE);
  });

  it('leaves groups alone that someone else has set since, and restores the others', async () => {
    const run = await repair([ISOLATE], { actions: [RESTORE] });
    await run.step('heal-0');
    run.fleet.attach(NODE, 'eni-a', ['sg-0000000f']);
    await run.undo();
    expect(run.groups()).toEqual({ ...BEFORE, 'eni-a': ['sg-0000000f'] });
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining(
        'security groups of eni-a (i-0123456789abcdef0) has sg-0000000f, neither sg-0123456789abcdef0 as before nor sg-0000000a,sg-0000000b as intended: someone else has changed it, and it is left as it is',
      ),
    });
  });

  it('ends on the other interfaces where the groups of one are gone', async () => {
    const run = await repair([ISOLATE, RESTORE]);
    await run.step('heal-0');
    const { setGroups } = run.world.instances;
    Object.assign(run.world.instances, {
      setGroups: async (...asked: Parameters<typeof setGroups>) => {
        if (asked[0] === 'eni-a') throw new RequestRefused('InvalidGroup.NotFound');
        await setGroups(...asked);
      },
    });
    await run.step('heal-1');
    expect(run.groups()).toEqual({ ...BEFORE, 'eni-a': [GROUP] });
    expect(await run.record('heal-1')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('eni-a'),
    });
  });

  it('lifts nothing that this operation has not isolated', async () => {
    const run = await repair([RESTORE]);
    run.fleet.attach(NODE, 'eni-a', [GROUP]);
    await run.step('heal-0');
    expect(run.groups()).toEqual({ ...BEFORE, 'eni-a': [GROUP] });
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail:
        'this operation has changed no security groups; those that another one has set stay as they are',
    });
  });

  it('has failed if an interface was attached meanwhile', async () => {
    const run = await repair([ISOLATE]);
    const { setGroups } = run.world.instances;
    Object.assign(run.world.instances, {
      setGroups: async (...asked: Parameters<typeof setGroups>) => {
        await setGroups(...asked);
        run.fleet.attach(NODE, 'eni-new', ['sg-0000000a', 'sg-0000000b']);
        run.fleet.attach(NODE, 'eni-odd', []);
      },
    });
    const startedAtMs = run.world.clock.now;
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: `eni-new of ${NODE} has sg-0000000a, sg-0000000b, not ${GROUP}; eni-odd of ${NODE} has no group, not ${GROUP}`,
    });
    // It has looked five times, as EC2's reads follow its writes.
    expect(run.world.clock.now - startedAtMs).toBe(8_000);
  });

  it('fails on an instance of which EC2 knows no interface', async () => {
    const run = await repair([ISOLATE]);
    run.fleet.terminate(NODE);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      ...{ outcome: 'FAILED', detail: `EC2 knows no network interface of ${NODE}` },
    });
  });

  it('passes its verification by EC2, not by the host', async () => {
    const run = await repair([ISOLATE], { onFailure: 'maintain_isolation' });
    await run.step('heal-0');
    run.world.endpoints.answer = () => 'bad';
    expect(await run.verify()).toMatchObject({ output: { verdict: 'recovered' } });
    expect(run.world.runbooks.sent).toEqual([]);
  });

  it('does not hold where an interface has other groups, or the endpoint still answers', async () => {
    const run = await repair([ISOLATE], { onFailure: 'maintain_isolation' });
    await run.step('heal-0');
    run.fleet.attach(NODE, 'eni-b', ['sg-0000000c']);
    run.world.endpoints.answer = () => 'bad';
    expect(await run.verify()).toMatchObject({ output: { verdict: 'waiting', detail: 'last look: bad' } });
    run.fleet.attach(NODE, 'eni-b', [GROUP]);
    expect(await run.verify()).toMatchObject({ output: { detail: expect.stringContaining('good') } });
    run.world.endpoints.answer = () => 'good';
    expect(await run.verify()).toMatchObject({ output: { verdict: 'waiting' } });
  });
});
