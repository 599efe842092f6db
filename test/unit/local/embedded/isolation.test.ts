import { expect, it } from 'vitest';
import { configured } from '../../../factories/configuration.ts';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

const HOST = 'i-0a1b2c3d4e5f60001';
const GROUP = 'sg-0123456789abcdef0';
const BEFORE = { 'eni-a': ['sg-0000000a'] };

/** A host whose alarm isolates it, by its agent first, for an hour. */
const isolating = () =>
  configured({
    components: {
      web: {
        targets: { instanceIds: [HOST] },
        alarms: { intrusion: { metric: 'memory', threshold: 90, dimensions: { InstanceId: HOST } } },
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

it('isolates a host whose agent is dead by its security groups, and lets it back in at the limit', async () => {
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

it('isolates no host a second time whose agent is lost while it isolates', async () => {
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
