import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

const CONFIGURATION = `
settings: { repairTimeoutSeconds: 30m }
components:
  shop:
    targets: { dbCluster: shop }
    alarms: { busy: { metric: cpu, threshold: 95 } }
strategies:
  - id: fail-over
    components: [shop]
    trigger: { metrics: [cpu] }
    actions: [{ type: failover, timeoutSeconds: 10m }]
    verify: { timeoutSeconds: 5m, stableSeconds: 30s }
    rollback: { actions: [{ type: failover, params: { phase: undo }, timeoutSeconds: 10m }] }
    maxAttempts: 1
`;

/** A cluster of two whose alarm rings, and stops ringing after a while if a failover helps. */
async function busyCluster({ helps }: { readonly helps: boolean }) {
  const loaded = loadConfiguration(CONFIGURATION, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { cloud, clock, operations, settle } = await createLab({ configuration: loaded.compiled });
  cloud.databaseFleet.createCluster('shop', ['shop-1', 'shop-2']);
  const [alarm = ''] = Object.keys(loaded.compiled.alarms);
  await cloud.alarms.setAlarmState(alarm, 'ALARM', 'cpu is too high');
  if (helps) clock.after(2 * MINUTE_MS, () => void cloud.alarms.setAlarmState(alarm, 'OK', 'less to do'));
  await settle();
  return { effects: cloud.databaseFleet.effects, operations: await operations() };
}

describe('a cluster of Aurora whose alarm rings', () => {
  it('is healed by a failover, from the alarm to the final record', async () => {
    const { effects, operations } = await busyCluster({ helps: true });
    expect(operations).toMatchObject([{ component: 'shop', state: 'COMPLETED' }]);
    expect(effects).toEqual([{ kind: 'failed-over', id: 'shop', to: 'shop-2' }]);
  });

  it('fails back where the failover did not help', async () => {
    const { effects, operations } = await busyCluster({ helps: false });
    expect(operations).toMatchObject([{ component: 'shop', state: 'FAILED' }]);
    expect(effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-1' }]);
  });
});
