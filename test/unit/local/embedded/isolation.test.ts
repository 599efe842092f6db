import { describe, expect, it } from 'vitest';
import { configured } from '../../../factories/configuration.ts';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

const HOST = 'i-0a1b2c3d4e5f60001';
const GROUP = 'sg-0123456789abcdef0';
const BEFORE = { 'eni-a': ['sg-0000000a'] };

/** A host whose alarm isolates it, by its agent first, for an hour. */
const isolating = (web: object = {}) =>
  configured({
    components: {
      web: {
        targets: { instanceIds: [HOST] },
        alarms: { intrusion: { metric: 'memory', threshold: 90, dimensions: {} } },
        ...web,
      },
    },
    strategies: [
      {
        id: 'contain',
        trigger: { metrics: ['memory'] },
        actions: [
          {
            type: 'isolate_network',
            params: { by: 'agent_first', securityGroup: GROUP, limitSeconds: '1h', afterLimit: 'lift' },
          },
        ],
        rollback: { onFailure: 'maintain_isolation' },
        maxAttempts: 1,
        attemptWindowSeconds: '1d',
      },
    ],
  });

/** The host, its alarm red. */
async function intruded(prepare: (lab: Awaited<ReturnType<typeof createLab>>) => void) {
  const lab = await createLab({ configuration: isolating() });
  lab.cloud.instanceFleet.launch({ instanceId: HOST, interfaces: BEFORE });
  prepare(lab);
  await lab.sicken('web', 'memory', []);
  await lab.clock.advance(10 * MINUTE_MS);
  const [isolation] = await lab.operations();
  const steps = await lab.cloud.store.listSteps(isolation?.operationId ?? '');
  return {
    lab,
    isolation,
    isolations: steps.filter(({ action }) => action === 'isolate_network'),
    groups: () => lab.cloud.instanceFleet.groupsOf(HOST),
  };
}

it('the embedded cloud isolates a host with a dead agent by security groups, and lets it back in at the limit', async () => {
  const { lab, isolation, isolations, groups } = await intruded(({ hosts }) =>
    hosts.setReachable(HOST, false),
  );
  expect(isolation).toMatchObject({ strategyId: 'contain', result: 'CONTAINED' });
  expect(isolations.map(({ outcome }) => outcome)).toEqual(['SKIPPED', 'SUCCEEDED']);
  expect(groups()).toEqual({ 'eni-a': [GROUP] });

  await lab.clock.advance(70 * MINUTE_MS);
  const [, lift] = await lab.operations();
  expect(lift).toMatchObject({ strategyId: 'lift-isolation', alert: { lifts: isolation?.operationId } });
  expect(groups()).toEqual(BEFORE);
  expect((await lab.cloud.store.readFleet()).timeLimits).toBeUndefined();
});

it('the embedded cloud isolates no host a second time whose agent is lost while it isolates', async () => {
  const { isolation, isolations, groups } = await intruded(({ hosts, clock }) => {
    clock.after(1_000, () => hosts.setReachable(HOST, false));
  });
  expect(isolation).toMatchObject({ state: 'FAILED' });
  expect(isolations).toMatchObject([
    { outcome: 'TIMED_OUT' },
    {
      outcome: 'FAILED',
      detail: expect.stringContaining('DeliveryTimedOut: its agent may have isolated it'),
    },
  ]);
  expect(groups()).toEqual(BEFORE);
});

describe('a lift of two hosts of which one is out of reach', () => {
  const OTHER = 'i-0a1b2c3d4e5f60002';

  it.each([1, 2])('lets the other one back in, in batches of %i, and fails', async (size) => {
    const web = { targets: { instanceIds: [HOST, OTHER] }, maxConcurrentTargets: size, minHealthyTargets: 0 };
    const lab = await createLab({ configuration: isolating(web) });
    for (const instanceId of [HOST, OTHER]) lab.cloud.instanceFleet.launch({ instanceId });
    await lab.sicken('web', 'memory', []);
    await lab.clock.advance(20 * MINUTE_MS);
    lab.hosts.setReachable(HOST, false);
    await lab.clock.advance(65 * MINUTE_MS);

    const lift = (await lab.operations()).find(({ strategyId }) => strategyId === 'lift-isolation');
    const steps = await lab.cloud.store.listSteps(lift?.operationId ?? '');
    const reached = steps.filter(({ action }) => action === 'restore_network');
    expect(reached.flatMap(({ targets }) => targets)).toEqual([OTHER]);
    expect(lift).toMatchObject({
      state: 'FAILED',
      failure: { cause: expect.stringMatching(new RegExp(`not everything was lifted: .*${HOST}`)) },
    });
    const { detail } = steps.find(({ stepId }) => stepId === 'escalate-0') ?? {};
    expect(detail).toMatch(new RegExp(`Left as they are: ${HOST}`));
    const limits = Object.values((await lab.cloud.store.readFleet()).timeLimits ?? {});
    expect(limits.flatMap(({ targets }) => targets)).toContain(HOST);
  });
});
