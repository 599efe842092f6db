import { describe, expect, it } from 'vitest';
import type { EmbeddedCloud } from '../../../../local/embedded/embedded-cloud.ts';
import { MINUTE_MS } from './embedded-lab.ts';
import { createWatchedLab } from './watched-lab.ts';

/** A component of AWS without hosts. */
interface Kind {
  readonly targets: string;
  /** How the watchdog reaches it. */
  readonly peer: object;
  readonly action: string;
  readonly create: (cloud: EmbeddedCloud) => void;
  /** What makes it ill, unless it is ill as it was created. */
  readonly release?: (cloud: EmbeddedCloud) => void;
  /** Whether it is cured. */
  readonly answers: (cloud: EmbeddedCloud) => boolean;
  /** What was done to it since it was created. */
  readonly done: (cloud: EmbeddedCloud) => readonly unknown[];
}

/** Its tasks hang; those of another deployment answer, once they have replaced them. */
const ECS_SERVICE: Kind = {
  targets: 'ecsService: prod/orders',
  peer: { url: 'https://orders.example.com/health' },
  action: 'restart_service',
  create: ({ serviceCluster }) =>
    serviceCluster.create('prod', 'orders', serviceCluster.register('orders'), 2),
  answers: ({ serviceCluster: { operations, changes } }) => {
    const asked = { cluster: 'prod', services: ['orders'] };
    const answer = operations['DescribeServices']?.(asked) as
      | { readonly services: readonly { readonly deployments: readonly object[] }[] }
      | undefined;
    return changes.length > 0 && answer?.services[0]?.deployments.length === 1;
  },
  done: ({ serviceCluster }) => serviceCluster.changes.map(({ kind }) => kind),
};

const FUNCTION_ALIAS: Kind = {
  targets: 'lambdaAlias: orders:live',
  peer: { url: 'https://orders.example.com/health' },
  action: 'rollback_deployment',
  create: ({ versionedFunctions }) => {
    versionedFunctions.publish('orders', () => 'answers');
    versionedFunctions.createAlias('orders', 'live', '1');
  },
  release: ({ versionedFunctions }) => {
    const FunctionVersion = versionedFunctions.publish('orders', () => undefined);
    versionedFunctions.operations['UpdateAlias']?.({ FunctionName: 'orders', Name: 'live', FunctionVersion });
  },
  answers: ({ versionedFunctions }) => versionedFunctions.invoke('orders', 'live', {}) === 'answers',
  done: ({ versionedFunctions }) =>
    versionedFunctions.changes.map(({ after }) => (after as { readonly version: string }).version),
};

const DATABASE: Kind = {
  targets: 'dbInstance: orders',
  peer: { tcp: 'orders.example.com:5432' },
  action: 'restart_service',
  create: ({ databaseFleet }) => databaseFleet.createInstance('orders'),
  answers: ({ databaseFleet }) => databaseFleet.effects.length > 0,
  done: ({ databaseFleet }) => databaseFleet.effects.map(({ kind }) => kind),
};

const configurationOf = ({ targets, peer, action }: Kind) => `
settings: { repairTimeoutSeconds: 20m }
components:
  orders:
    targets: { ${targets} }
    ${'url' in peer ? `health: ${JSON.stringify(peer)}` : ''}
peers: { orders: ${JSON.stringify(peer)} }
watchdog: { intervalSeconds: 30s }
strategies:
  - id: offline
    trigger: { statuses: [OFFLINE] }
    actions: [{ type: ${action} }]
    cooldownSeconds: 0s
`;

describe('the watchdog, for a component without hosts', () => {
  it.each([
    ['deploys an ECS service again', ECS_SERVICE, ['redeployed']],
    ['moves the alias of a function back', FUNCTION_ALIAS, ['2', '1']],
    ['reboots a database instance', DATABASE, ['rebooted']],
  ])('%s after three misses, once, and sees it answer again', async (_, kind, done) => {
    let isIll = false;
    const lab = await createWatchedLab(configurationOf(kind), (cloud) => !isIll || kind.answers(cloud));
    const { clock, cloud, operations, watchdogEvents } = lab;
    kind.create(cloud);
    await clock.advance(3 * MINUTE_MS);
    expect(watchdogEvents()).toEqual([]);

    kind.release?.(cloud);
    isIll = true;
    await clock.advance(8 * MINUTE_MS);

    expect(kind.done(cloud)).toEqual(done);
    expect(await operations()).toMatchObject([
      { strategyId: 'offline', state: 'COMPLETED', alert: { origin: 'watchdog', current: 3, targets: [] } },
    ]);
    const escalations = watchdogEvents();
    expect(escalations.slice(0, 3)).toEqual(['alert', 'alert', 'restart']);
    // New tasks need more than one heartbeat until they answer.
    expect(escalations.slice(3).filter((action) => action !== 'alert')).toEqual(['Recovery']);
    expect(cloud.defects()).toEqual([]);
    cloud.close();
  });
});
