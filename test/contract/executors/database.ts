import { createDatabases } from '../../../functions/adapters/rds/databases.ts';
import { ApiError } from '../../../local/embedded/api-error.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createDatabaseFleet, type DatabaseFleet } from '../../../local/embedded/rds/database-fleet.ts';
import type { DatabaseEffect } from '../../../local/embedded/rds/database-state.ts';
import type { ExecutorUnderTest, ServicePlace, ServiceUnderTest } from './executor-under-test.ts';

export const ON_DATABASES = {
  service: undefined,
  alarms: undefined,
  signals: ['memory'],
  health: { url: 'https://orders.example.com/' },
};
const INSTANCE = { ...ON_DATABASES, targets: { dbInstance: 'orders' } };
const CLUSTER = { ...ON_DATABASES, targets: { dbCluster: 'shop' } };

function opened({ clock }: ServicePlace) {
  const fleet = createDatabaseFleet({ clock });
  fleet.createInstance('orders', { zone: 'us-east-1a', standbyZone: 'us-east-1b' });
  fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3']);
  const ports = { databases: createDatabases(createInProcessClient('RDS', fleet.operations)) };
  return { fleet, ports };
}

/** @param before where the primary is at first: a failover to there is an undo */
const underTest = (
  name: string,
  component: ExecutorUnderTest['component'],
  action: { readonly type: string; readonly params?: object },
  before?: string,
): ExecutorUnderTest => ({
  name,
  ...(component && { component }),
  action: { ...action, timeoutSeconds: 600, onError: 'rollback' },
  ...(before !== undefined && { undo: { ...action, params: { phase: 'undo' }, timeoutSeconds: 600 } }),
  open: (place) => {
    const { fleet, ports } = opened(place);
    return {
      ports,
      effects: () =>
        fleet.effects.map(({ id, to }) => ({
          phase: to !== undefined && to === before ? 'undo' : 'do',
          target: id,
        })),
    };
  },
});

/** Does something to the fleet as someone else would, unless RDS refuses it. @returns whether RDS did it */
function didByHand(fleet: DatabaseFleet, operation: string, input: object): boolean {
  try {
    fleet.operations[operation]?.(input);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** A snapshot's name is that of the operation and step. Someone else may delete it once it is complete. */
export const databaseSnapshot: ExecutorUnderTest = {
  ...underTest('resource: snapshot of a database', CLUSTER, {
    type: 'snapshot_database',
  }),
  undo: { type: 'snapshot_database', params: { phase: 'undo' }, timeoutSeconds: 600 },
  open: (place) => {
    const { fleet, ports } = opened(place);
    const theirs = new Set<DatabaseEffect>();
    const taken = () => fleet.effects.find(({ kind }) => kind === 'copied')?.to;
    return {
      ports,
      effects: () =>
        fleet.effects
          .filter((effect) => !theirs.has(effect))
          .map(({ kind, id }) => ({ phase: kind === 'copied' ? 'do' : 'undo', target: id })),
      interfere: () => {
        const deletion = { DBClusterSnapshotIdentifier: taken() };
        if (taken() === undefined || !didByHand(fleet, 'DeleteDBClusterSnapshot', deletion)) return;
        const [deleted] = fleet.effects.slice(-1);
        if (deleted) theirs.add(deleted);
      },
      isInterferenceIntact: () => theirs.size === 0 || !fleet.snapshots().includes(taken() ?? ''),
    };
  },
};

/** RDS refuses what is asked for twice at once; what it has forgotten, it does again. */
export const databaseReboot = underTest('resource: reboot of a database', INSTANCE, {
  type: 'restart_service',
});

const [FIRST_ZONE, SECOND_ZONE] = ['us-east-1a', 'us-east-1b'];

/**
 * RDS shows the zone minutes late: what is on record must be where the primary really is. Someone else may have it fail over,
 * too, which RDS reports like Selfheal's own: it may count as the failover that was requested, but is not turned back.
 */
export const standbyFailover: ExecutorUnderTest = {
  ...underTest('resource: failover to a standby', INSTANCE, { type: 'failover' }, FIRST_ZONE),
  // Short, so that an undo may find the zone from before.
  action: { type: 'failover', timeoutSeconds: 120, onError: 'rollback' },
  gap: { reads: ['databases.readInstance', 'databases.listFailovers'], writes: ['databases.reboot'] },
  open: (place) => {
    const { fleet, ports } = opened(place);
    const theirs = new Set<DatabaseEffect>();
    const isOwn = (effect: DatabaseEffect | undefined) => effect !== undefined && !theirs.has(effect);
    return {
      ports,
      effects: () =>
        fleet.effects
          .filter(isOwn)
          .map(({ id, to }) => ({ phase: to === FIRST_ZONE ? 'undo' : 'do', target: id })),
      interfere: () => {
        const reboot = { DBInstanceIdentifier: 'orders', ForceFailover: true };
        const [moved] = didByHand(fleet, 'RebootDBInstance', reboot) ? fleet.effects.slice(-1) : [];
        if (moved) theirs.add(moved);
      },
      contradictions: (records) => {
        const ended = (stepId: string) =>
          records.some((record) => record.stepId === stepId && record.outcome === 'SUCCEEDED');
        const moves = fleet.effects;
        const turnedBack = moves
          .filter((move, index) => isOwn(move) && move.to === FIRST_ZONE && !isOwn(moves[index - 1]))
          .map(() => 'a failover of someone else was turned back');
        const neverMoved = ended('heal-0') && !moves.some(({ to }) => to === SECOND_ZONE);
        if (theirs.size > 0)
          return [...turnedBack, ...(neverMoved ? ['heal-0 succeeded without a failover'] : [])];
        const zone = fleet.zoneOf('orders');
        if (ended('rollback-0') && zone !== FIRST_ZONE)
          return [`rollback-0 succeeded, and the primary is in ${zone}`];
        const isUndone = records.some(({ stepId }) => stepId === 'rollback-0');
        return ended('heal-0') && !isUndone && zone !== SECOND_ZONE
          ? [`heal-0 succeeded, and the primary is in ${zone}`]
          : [];
      },
    };
  },
};

/** RDS knows a failover that is asked for with a reboot by its reports alone. */
export const databaseRestartByFailover = underTest('resource: restart of a database by failover', INSTANCE, {
  type: 'restart_service',
  params: { failover: true },
});

/** Storage never shrinks again, so nothing undoes it. */
export const databaseStorage = underTest('resource: storage of a database', INSTANCE, {
  type: 'increase_resources',
  params: { ladder: [{ storageGiB: 100 }, { storageGiB: 200 }] },
});

/** A copy's name is that of the operation; RDS makes no second one of that name. Someone else may protect it to keep it. */
export const databaseCopy: ExecutorUnderTest = {
  ...underTest('resource: restored copy of a database', INSTANCE, { type: 'restore_snapshot' }),
  undo: { type: 'restore_snapshot', params: { phase: 'undo' }, timeoutSeconds: 600 },
  open: (place) => {
    const { fleet, ports } = opened(place);
    fleet.addSnapshot('rds:orders-1', { id: 'orders', type: 'automated', takenAtMs: place.clock.nowMs() });
    let kept: string | undefined;
    const of = (kind: 'restored' | 'deleted') => fleet.effects.find((effect) => effect.kind === kind)?.id;
    return {
      ports,
      effects: () =>
        fleet.effects.map(({ kind }) => ({ phase: kind === 'restored' ? 'do' : 'undo', target: 'orders' })),
      interfere: () => {
        const copy = of('restored');
        if (copy !== undefined && fleet.protect(copy)) kept = copy;
      },
      isInterferenceIntact: () => kept === undefined || of('deleted') === undefined,
    };
  },
};

const CLUSTER_RESTORE = {
  ...underTest('', CLUSTER, { type: 'restore_snapshot' }),
  undo: { type: 'restore_snapshot', params: { phase: 'undo' }, timeoutSeconds: 600 },
};

function restoring(place: ServicePlace) {
  const opening = opened(place);
  const taken = { id: 'shop', type: 'automated', takenAtMs: place.clock.nowMs() } as const;
  opening.fleet.addSnapshot('rds:shop-1', taken, 'cluster');
  return opening;
}

/** As with the copy of an instance: someone else may protect it to keep it. */
function protectable({ fleet, ports }: ReturnType<typeof opened>): ServiceUnderTest {
  let kept: string | undefined;
  const of = (kind: 'restored' | 'deleted') => fleet.effects.find((effect) => effect.kind === kind)?.id;
  return {
    ports,
    effects: () =>
      fleet.effects.map(({ kind }) => ({ phase: kind === 'restored' ? 'do' : 'undo', target: 'shop' })),
    interfere: () => {
      const copy = of('restored');
      if (copy !== undefined && fleet.protect(copy)) kept = copy;
    },
    isInterferenceIntact: () => kept === undefined || of('deleted') === undefined,
  };
}

export const clusterCopy: ExecutorUnderTest = {
  ...CLUSTER_RESTORE,
  name: 'resource: restored copy of a cluster',
  open: (place) => protectable(restoring(place)),
};

/** RDS makes its instances with it, so that the second step has nothing to do, and deletes them with it. */
export const multiAzCopy: ExecutorUnderTest = {
  ...CLUSTER_RESTORE,
  name: 'resource: restored copy of a Multi-AZ cluster',
  steps: 2,
  open: (place) => {
    const opening = restoring(place);
    opening.fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine: 'postgres' });
    return protectable(opening);
  },
};

/**
 * The instance goes with its cluster, of which alone a final snapshot is left. Someone else may add an instance of their own to
 * the copy: then it is theirs, too.
 */
export const clusterCopyInstance: ExecutorUnderTest = {
  ...CLUSTER_RESTORE,
  name: 'resource: instance of the restored copy of a cluster',
  steps: 2,
  open: (place) => {
    const { fleet, ports } = restoring(place);
    const THEIRS = 'reporting';
    const isAdded = () => fleet.effects.some(({ kind, id }) => kind === 'added' && id === THEIRS);
    return {
      ports,
      effects: () =>
        fleet.effects
          .filter(({ id }) => id !== THEIRS)
          .filter(({ kind, to }) => kind === 'added' || (kind === 'deleted' && to === undefined))
          .map(({ kind }) => ({ phase: kind === 'added' ? 'do' : 'undo', target: 'shop' })),
      interfere: () => {
        const DBClusterIdentifier = fleet.effects.find(({ kind }) => kind === 'restored')?.id;
        if (DBClusterIdentifier !== undefined)
          didByHand(fleet, 'CreateDBInstance', {
            ...{ DBClusterIdentifier, DBInstanceIdentifier: THEIRS },
            ...{ DBInstanceClass: 'db.r6g.large', Engine: 'aurora-postgresql' },
          });
      },
      isInterferenceIntact: () =>
        !isAdded() || !fleet.effects.some(({ kind, to }) => kind === 'deleted' && to !== undefined),
    };
  },
};
