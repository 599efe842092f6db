import { describe, expect, it } from 'vitest';
import type { ClaimKey } from '../../../../functions/core/admission/records.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { inputOf, type World, withStore } from '../../../factories/ports/world.ts';
import { A, B, twoHosts } from '../two-hosts.ts';

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
const BOTH_HEALTHY = { [A]: 'healthy', [B]: 'healthy' } as const;

describe('the gate of a batch', () => {
  it('opens while enough other targets are healthy, by a check just before', async () => {
    const { world, diagnose, step, looks, acted } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    await step('heal-0');
    expect(looks()).toHaveLength(2);
    expect(acted()).toEqual([`graceful-stop: ${A}`]);
    expect(world.runbooks.sent.at(-1)).toMatchObject({ stopsAtError: true });
  });

  it('asks the hosts in the order of their ids', async () => {
    const { world, diagnose, step, looks } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    world.runbooks.nodes.reverse();
    await step('heal-0');
    expect(looks().at(-1)?.instanceIds).toEqual([A, B]);
  });

  it('decides before the first action on the batch only', async () => {
    const { diagnose, step, ends, looks, found, acted } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    await step('heal-0');
    await ends('Success');
    found.set(B, 'unknown');
    await step('heal-1');
    expect(looks()).toHaveLength(2);
    expect(acted()).toEqual([`graceful-stop: ${A}`, `start-component: ${A}`]);
  });

  it('stays closed when too few are healthy, and ends the operation whatever the action’s onError says', async () => {
    const actions = [{ type: 'graceful_stop', onError: 'continue' }, { type: 'start_component' }];
    const { diagnose, step, acted, found, record } = await twoHosts({
      health: BOTH_HEALTHY,
      strategy: { actions },
    });
    await diagnose();
    found.set(B, 'unknown');
    await step('heal-0');
    expect(acted()).toEqual([]);
    expect(await record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'TooFewHealthyTargets',
      onError: 'abort',
      detail: `${A} may serve, and 0 other targets of web are healthy; minHealthyTargets requires 1: repair the others first, or lower it`,
    });
  });

  it.each([
    ['was taken over', (world: World, key: ClaimKey) => world.store.takeOver(key, world.clock.now + 60_000)],
    [
      'has ended',
      (world: World, key: ClaimKey) =>
        world.store.conclude({
          ...({ ...key, strategyId: 'restart', state: 'FAILED', result: 'FAILED' } as const),
          ...({ completedAtMs: NOON, cooldownUntilMs: NOON, cooldownScope: 'component' } as const),
        }),
    ],
  ])('lets nothing begin where the operation %s during the look', async (_, meanwhile) => {
    const { world, operation, diagnose, step, acted, record } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    const { listInvocations } = world.runbooks;
    Object.assign(world.runbooks, {
      listInvocations: async (commandId: string) => {
        await meanwhile(world, inputOf(operation));
        return await listInvocations(commandId);
      },
    });
    await step('heal-0');
    expect(acted()).toEqual([]);
    expect(await record('heal-0')).toBeUndefined();
  });

  it('needs no check where none has to stay healthy', async () => {
    const { diagnose, step, looks, acted } = await twoHosts({ component: { minHealthyTargets: 0 } });
    await diagnose();
    await step('heal-0');
    expect(looks()).toHaveLength(1);
    expect(acted()).toEqual([`graceful-stop: ${A}`]);
  });

  it('counts no host as healthy that the operation has isolated itself', async () => {
    const { diagnose, step, ends, record } = await twoHosts({
      component: { service: undefined, minHealthyTargets: 1 },
      strategy: { actions: [{ type: 'isolate_network' }] },
    });
    await diagnose();
    for (const stepId of ['heal-0', 'heal-1'] as const) {
      await step(stepId);
      await ends('Success');
    }
    await step('heal-2');
    expect(await record('heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await record('heal-2')).toMatchObject({ outcome: 'FAILED', failsAs: 'TooFewHealthyTargets' });
  });

  it('asks the load balancer nothing where the batch stays in it', async () => {
    const { world, diagnose, step, acted } = await twoHosts({
      component: { service: undefined, targetGroup: GROUP },
      strategy: { actions: [{ type: 'isolate_network' }] },
    });
    world.targetGroups = { ...world.targetGroups, read: () => Promise.reject(new Error('asked')) };
    await diagnose();
    await step('heal-0');
    expect(acted()).toEqual([`isolate-network: ${A}`]);
  });

  it('does not stop a batch whose command was sent before: the host answers the repetition', async () => {
    const { world, diagnose, step, acted, found } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    const recordStep = world.store.recordStep;
    Object.assign(world, withStore(world, { recordStep: () => Promise.reject(new Error('crash')) }));
    await expect(step('heal-0')).rejects.toThrow('crash');
    Object.assign(world, withStore(world, { recordStep }));
    found.set(A, 'healthy').set(B, 'unknown');
    await step('heal-0', 1);
    expect(acted()).toEqual([`graceful-stop: ${A}`, `graceful-stop: ${A}`]);
  });

  it('checks again with each try, by a new id: a host repeats what it said to an old one', async () => {
    const { world, diagnose, step, looks } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    const { onSend } = world.runbooks;
    world.runbooks.onSend = ({ document }) =>
      document === 'selfheal-graceful-stop'
        ? Promise.reject(new ServiceUnavailable('throttled'))
        : onSend({} as never);
    await expect(step('heal-0', 0)).rejects.toThrow(ServiceUnavailable);
    await expect(step('heal-0', 1)).rejects.toThrow(ServiceUnavailable);
    expect(new Set(looks().map(({ comment }) => comment)).size).toBe(3);
  });

  it.each([
    ['open', 'online', []],
    ['closed', 'offline', [B]],
  ] as const)(
    'stays %s where there is no service to ask and the other node is %s',
    async (state, _, offline) => {
      const { diagnose, step, looks, acted, lies } = await twoHosts({
        component: { service: undefined },
        strategy: { actions: [{ type: 'isolate_network' }] },
      });
      await diagnose();
      lies(...offline);
      await step('heal-0');
      expect(looks()).toEqual([]);
      expect(acted()).toEqual(state === 'open' ? [`isolate-network: ${A}`] : []);
    },
  );
});
