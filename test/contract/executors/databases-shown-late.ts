import { createDatabases } from '../../../functions/adapters/rds/databases.ts';
import type { StepRecord } from '../../../functions/core/operation/operation.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createDatabaseFleet, type DatabaseFleet } from '../../../local/embedded/rds/database-fleet.ts';
import { ON_DATABASES } from './database.ts';
import { classNow, writerNow } from './database-settings.ts';
import type { Effect, ExecutorUnderTest } from './executor-under-test.ts';
import { withLateReads } from './late-reads.ts';

/** Shorter than any time after which the executor trusts what RDS shows. */
const LAG_MS = 15_000;
const READS = ['DescribeDBInstances', 'DescribeDBClusters', 'DescribeEvents'];

const INSTANCE = { dbInstance: 'orders' };
const CLUSTER = { dbCluster: 'shop' };

interface ShownLate {
  readonly what: string;
  readonly targets: object;
  readonly action: { readonly type: string; readonly params?: object };
  /** What the action changes. @default nothing that lasts: there is no undo */
  readonly changes?: {
    readonly now: (fleet: DatabaseFleet) => string;
    readonly before: string;
    readonly after: string;
    /** @default true */
    readonly isUndone?: boolean;
  };
  /** Of the cluster. @default one of Aurora */
  readonly engine?: string;
}

/**
 * For some seconds, RDS shows its databases as they were before it accepted the last request, and has reported nothing. What
 * has succeeded must be so nevertheless. Nobody else changes anything here, as nothing could see it.
 */
function shownLate({ what, targets, action, changes, engine = 'aurora-postgresql' }: ShownLate) {
  const { before, after, now = () => after, isUndone = true } = changes ?? {};
  const step = { ...action, timeoutSeconds: 600 };
  const executor: ExecutorUnderTest = {
    name: `resource: ${what}, shown late`,
    component: { ...ON_DATABASES, targets },
    action: { ...step, onError: 'rollback' },
    ...(changes && isUndone && { undo: { ...step, params: { phase: 'undo' } } }),
    open: ({ clock }) => {
      const fleet = createDatabaseFleet({ clock, writerReturnsMs: 180_000 });
      fleet.createInstance('orders', { zone: 'us-east-1a', standbyZone: 'us-east-1b' });
      fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine });
      const operations = withLateReads(fleet.operations, READS, { clock, lagMs: LAG_MS });
      return {
        ports: { databases: createDatabases(createInProcessClient('RDS', operations)) },
        effects: () =>
          fleet.effects.map(
            ({ id, to }): Effect => ({
              phase: to !== undefined && to === before ? 'undo' : 'do',
              target: id,
            }),
          ),
        contradictions: (records) => untrue(records, now(fleet), before, after),
      };
    },
  };
  return executor;
}

/** What succeeded last, and is not so. */
function untrue(
  records: readonly StepRecord[],
  now: string | undefined,
  before: string | undefined,
  after: string | undefined,
): readonly string[] {
  const outcomeOf = (stepId: string) => records.find((record) => record.stepId === stepId)?.outcome;
  const undone = outcomeOf('rollback-0');
  if (undone === 'SUCCEEDED' && now !== before) return [`rollback-0 succeeded, and it is ${now}`];
  const isHealed = undone === undefined && outcomeOf('heal-0') === 'SUCCEEDED';
  return isHealed && now !== after ? [`heal-0 succeeded, and it is ${now}`] : [];
}

const WRITER = { now: writerNow, before: 'shop-1', after: 'shop-2' };

export const DATABASES_SHOWN_LATE: readonly ExecutorUnderTest[] = [
  shownLate({ what: 'reboot of a database', targets: INSTANCE, action: { type: 'restart_service' } }),
  shownLate({
    what: 'failover to a standby',
    targets: INSTANCE,
    action: { type: 'failover' },
    changes: { now: (fleet) => fleet.zoneOf('orders'), before: 'us-east-1a', after: 'us-east-1b' },
  }),
  shownLate({
    what: 'class of a database',
    targets: INSTANCE,
    action: {
      type: 'increase_resources',
      params: { ladder: [{ instanceClass: 'db.r6g.large' }, { instanceClass: 'db.r6g.xlarge' }] },
    },
    changes: { now: classNow, before: 'db.r6g.large', after: 'db.r6g.xlarge' },
  }),
  shownLate({
    what: 'failover of a cluster',
    targets: CLUSTER,
    action: { type: 'failover' },
    changes: WRITER,
  }),
  shownLate({
    what: 'failover of a Multi-AZ cluster of MySQL',
    targets: CLUSTER,
    action: { type: 'failover' },
    changes: { ...WRITER, isUndone: false },
    engine: 'mysql',
  }),
];
