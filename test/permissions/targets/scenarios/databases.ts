import type { TargetPlace } from '../target-place.ts';
import { bothWays, healed, type TargetScenario } from './target-scenario.ts';

const INSTANCE = { targets: { dbInstance: 'orders' } };
const CLUSTER = { targets: { dbCluster: 'shop' } };
const SECONDS = { timeoutSeconds: 1_200 };
const UNDO = { params: { phase: 'undo' }, ...SECONDS };

function databases({ cloud: { databaseFleet }, nowMs }: TargetPlace): void {
  databaseFleet.createInstance('orders', { zone: 'us-east-1a', standbyZone: 'us-east-1b' });
  databaseFleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3']);
  const taken = { type: 'automated', takenAtMs: nowMs() } as const;
  databaseFleet.addSnapshot('rds:orders-1', { id: 'orders', ...taken });
  databaseFleet.addSnapshot('rds:shop-1', { id: 'shop', ...taken }, 'cluster');
}

const scenarios = (
  name: string,
  undoing: string,
  component: object,
  action: { readonly type: string; readonly params?: object },
) =>
  bothWays(
    {
      name,
      plan: {
        component: { ...component },
        actions: [{ ...action, ...SECONDS }],
        undo: [{ type: action.type, ...UNDO }],
        settings: { repairTimeoutSeconds: '2h' },
      },
      prepare: databases,
    },
    undoing,
  );

/** What RDS and Aurora do. */
export const DATABASES: readonly TargetScenario[] = [
  {
    name: 'reboots a database instance',
    plan: { component: INSTANCE, actions: [{ type: 'restart_service', ...SECONDS }] },
    prepare: databases,
    run: async (place) => void (await healed(place)),
  },
  ...scenarios('fails a database instance over', 'fails a database instance back', INSTANCE, {
    type: 'failover',
  }),
  ...scenarios('fails a database cluster over', 'fails a database cluster back', CLUSTER, {
    type: 'failover',
  }),
  ...scenarios(
    'gives a database instance a greater class',
    'gives a database instance its class back',
    INSTANCE,
    {
      type: 'increase_resources',
      params: { ladder: [{ instanceClass: 'db.r6g.large' }, { instanceClass: 'db.r6g.xlarge' }] },
    },
  ),
  ...scenarios(
    'takes a snapshot of a database instance',
    'deletes its snapshot of a database instance',
    INSTANCE,
    {
      type: 'snapshot_database',
    },
  ),
  ...scenarios(
    'takes a snapshot of a database cluster',
    'deletes its snapshot of a database cluster',
    CLUSTER,
    {
      type: 'snapshot_database',
    },
  ),
  ...scenarios(
    'restores a copy of a database instance',
    'deletes its copy of a database instance',
    INSTANCE,
    {
      type: 'restore_snapshot',
    },
  ),
  ...scenarios('restores a copy of a database cluster', 'deletes its copy of a database cluster', CLUSTER, {
    type: 'restore_snapshot',
  }),
  {
    name: 'checks a database',
    plan: { component: INSTANCE, actions: [{ type: 'health_check' }] },
    prepare: databases,
    run: async (place) => void (await healed(place)),
  },
];
