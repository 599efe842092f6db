import { describe, expect, it } from 'vitest';
import { checkLines, issueLines } from '../../../../cli/presenters/issues.ts';
import { createMemoryBaselineStore } from '../../../../functions/adapters/memory/baseline-store.ts';
import { checkComponent } from '../../../../functions/app/queries/issues/check-component.ts';
import {
  type CurrentIssuesDeps,
  currentIssues,
} from '../../../../functions/app/queries/issues/current-issues.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { watchedSeries } from '../../../../functions/core/analysis/component-series.ts';
import { packState } from '../../../../functions/core/detection/packed-state.ts';
import { startSeries } from '../../../../functions/core/detection/series.ts';
import type { Operation, StepId } from '../../../../functions/core/operation/operation.ts';
import type { PeerStatus } from '../../../../functions/core/watchdog/ladder.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { conclusionOf, NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, type World } from '../../../factories/ports/world.ts';
import { recordedContext } from '../../cli/output.ts';

type Parts = NonNullable<Parameters<typeof configured>[0]>;

const ONE = { watchdog: { enabled: false }, components: { web: withMemoryAlarm() } };

function worldOf(parts: Parts = {}) {
  const baselines = createMemoryBaselineStore();
  const deployment = { nodes: async () => [{ instanceId: NODE, ping: 'Online', agentVersion: '3.3.0.0' }] };
  return { ...createWorld(configured({ ...ONE, ...parts })), baselines, deployment };
}

function redden(world: World, name = memoryAlarm(), sinceMs = NOON): void {
  world.alarms.named.set(name, 'ALARM');
  world.alarms.since.set(name, sinceMs);
}

async function round(world: World, states: Readonly<Record<string, PeerStatus>> = {}): Promise<void> {
  await world.watchdog.saveRound(
    {
      ...{ shard: 0, roundAtMs: world.clock.now, seenAtMs: world.clock.now, startedAtMs: 0, peerCount: 1 },
      totals: { checks: 1, misses: 0, restarts: 0, isolations: 0 },
      states: Object.fromEntries(
        Object.entries(states).map(([name, status]) => [
          name,
          { status, missedCount: 2, restartCount: 0, lastSeenMs: NOON - 60_000 },
        ]),
      ),
      ...{ observers: {}, responses: { roster: '', milliseconds: [] }, pending: [] },
    } as never,
    undefined,
  );
}

const stepped = (
  { store }: World,
  { operationId, component }: Operation,
  stepId: StepId,
  action: string,
  atMs = NOON,
) =>
  store.recordStep({
    ...({ operationId, component, stepId, action, onError: 'abort', outcome: 'SUCCEEDED' } as const),
    ...{ startedAtMs: atMs, completedAtMs: atMs, targets: [NODE] },
  });

const found = async (deps: CurrentIssuesDeps) =>
  (await currentIssues(deps)).issues.map(({ priority, subject, outlook }) => [
    priority,
    subject,
    outlook?.kind === 'refused' ? outlook.refusal.reason : outlook?.kind,
  ]);

describe('the issues of a fleet', () => {
  it('are none while nothing is wrong', async () => {
    const world = worldOf();
    expect(await currentIssues(world)).toEqual({
      ...{ atMs: NOON, autoHealEnabled: true, pausedByConfiguration: false, issues: [], unread: [] },
    });
  });

  it('say of an alarm in ALARM whether the next signal is admitted', async () => {
    const world = worldOf();
    redden(world);
    expect(await found(world)).toEqual([[3, `alarm ${memoryAlarm()}`, 'admitted']]);
  });

  it('call a person if nothing heals what is critical, and not for a warning', async () => {
    const alarms = (severity: string) => ({
      ...ONE,
      strategies: [{ trigger: { metrics: ['errors'] } }],
      components: {
        web: { alarms: { memory: { metric: 'memory', threshold: 9, severity, dimensions: { A: 'b' } } } },
      },
    });
    const critical = worldOf(alarms('CRITICAL'));
    redden(critical);
    expect(await found(critical)).toEqual([[1, `alarm ${memoryAlarm()}`, 'NO_STRATEGY']]);
    const warning = worldOf(alarms('WARNING'));
    redden(warning);
    expect(await found(warning)).toEqual([[4, `alarm ${memoryAlarm()}`, 'NO_STRATEGY']]);
  });

  it('show the operation in flight, and that its alarm is being taken care of', async () => {
    const world = worldOf();
    redden(world);
    const { operationId } = await admitted(world);
    expect(await found(world)).toEqual([
      [3, `alarm ${memoryAlarm()}`, 'in-flight'],
      [3, `operation ${operationId}`, undefined],
    ]);
  });

  it('keep a failed operation until its component has recovered', async () => {
    const world = worldOf();
    const operation = await admitted(world);
    const failure = { error: 'ActionFailed', cause: 'exit 1' };
    await world.store.conclude(
      conclusionOf(operation, { state: 'FAILED', result: 'FAILED', failure, completedAtMs: NOON + 9_000 }),
    );
    expect((await currentIssues(world)).issues).toMatchObject([
      { kind: 'failed-operation', problem: '(restart) failed: ActionFailed', sinceMs: NOON + 9_000 },
    ]);
    await world.store.markHealthy('web');
    expect(await found(world)).toEqual([]);
  });

  it('call a person when all attempts are spent', async () => {
    const world = worldOf({ ...ONE, strategies: [{ maxAttempts: 1, cooldownSeconds: 0 }] });
    redden(world);
    const operation = await admitted(world);
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    expect(await found(world)).toEqual([
      [1, `operation ${operation.operationId}`, 'ATTEMPTS_SPENT'],
      [1, `alarm ${memoryAlarm()}`, 'ATTEMPTS_SPENT'],
    ]);
  });

  it('list an isolated host until a later repair has succeeded', async () => {
    const world = worldOf({
      ...ONE,
      strategies: [{ cooldownSeconds: 0, actions: [{ type: 'isolate_network' }] }],
    });
    const operation = await admitted(world);
    await stepped(world, operation, 'heal-0', 'isolate_network');
    const cooldownUntilMs = NOON;
    await world.store.conclude(conclusionOf(operation, { result: 'CONTAINED', cooldownUntilMs }));
    const [isolated] = (await currentIssues(world)).issues;
    expect(isolated).toMatchObject({
      ...{ kind: 'containment', priority: 1, component: 'web' },
      problem: `isolated ${NODE}, and no later repair is on record`,
    });
    world.clock.now += 60_000;
    const later = await admitted(world);
    await world.store.conclude(conclusionOf(later, { completedAtMs: world.clock.now }));
    expect(await found(world)).toEqual([]);
  });

  it('list a host that a failed operation left isolated, and none that it let back in', async () => {
    const world = worldOf({ ...ONE, strategies: [{ actions: [{ type: 'isolate_network' }] }] });
    const operation = await admitted(world);
    await stepped(world, operation, 'heal-0', 'isolate_network');
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    const containments = async () =>
      (await currentIssues(world)).issues.filter(({ kind }) => kind === 'containment').length;
    expect(await containments()).toBe(1);
    await stepped(world, operation, 'rollback-0', 'restore_network', NOON + 1_000);
    expect(await containments()).toBe(0);
  });

  it('ask for a decision on an open proposal, and not when it has expired', async () => {
    const world = worldOf({ ...ONE, strategies: [{ mode: 'propose' }] });
    redden(world);
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }));
    const proposed = await found(world);
    expect(proposed.map(([priority, , outlook]) => [priority, outlook])).toEqual([
      [2, 'proposed'],
      [2, 'proposed'],
    ]);
    world.clock.now += 3_600_000;
    expect((await found(world)).filter(([priority]) => priority === 2)).toEqual([]);
  });

  it('call a person for what is only observed', async () => {
    const world = worldOf({ ...ONE, strategies: [{ mode: 'observe' }] });
    redden(world);
    expect(await found(world)).toEqual([[1, `alarm ${memoryAlarm()}`, 'admitted']]);
  });

  it('show peers that the watchdog finds unhealthy, and a watchdog that has stopped', async () => {
    const health = { url: 'https://web.example.com/health' };
    const world = worldOf({
      watchdog: {},
      components: { web: { health } },
      peers: { gateway: { tcp: '10.0.0.1:443' } },
      strategies: [{ trigger: { statuses: ['OFFLINE'] } }],
    });
    expect(await found(world)).toEqual([[1, 'watchdog, shard 0', undefined]]);
    await round(world, { web: 'OFFLINE', gateway: 'DEGRADED' });
    expect(await found(world)).toEqual([
      [3, 'peer web', 'admitted'],
      [4, 'peer gateway', 'none'],
    ]);
  });

  it('show an anomaly with what was expected', async () => {
    const anomalies = {
      latency: { namespace: 'Shop', metricName: 'Latency', dimensions: { A: 'b' }, unit: 'ms' },
    };
    const world = worldOf({ ...ONE, components: { web: { anomalies } } });
    const [watched] = watchedSeries(world.configuration.components);
    if (!watched) throw new Error('nothing is watched');
    const shard = baselineShardOf('web');
    const open = { sinceMs: NOON - 60_000, tier: 'HIGH', atMs: NOON, value: 912.345, expected: 40, score: 9 };
    const baseline = {
      ...{ fingerprint: watched.fingerprint, readUntilMs: NOON, watchedSinceMs: 0, open: open as never },
      packed: packState(watched.series, startSeries(watched.series)),
    };
    const components = { web: { series: { [watched.name]: baseline } } };
    await world.baselines.saveShard({ shard, savedAtMs: NOON, components, pending: [] }, 'v1', undefined);
    expect((await currentIssues(world)).issues).toMatchObject([
      {
        ...{ kind: 'anomaly', priority: 4, subject: 'series latency' },
        problem: 'is anomalous (HIGH): 912.3 ms instead of 40 ms',
      },
    ]);
  });

  it('show a signal that was refused within the hour, if nothing was done since', async () => {
    const world = worldOf({ ...ONE, components: { web: {} } });
    await world.store.setPause({ reason: 'maintenance', sinceMs: NOON }, NOON);
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'first'));
    expect(await found(world)).toEqual([[1, 'signal on memory', 'PAUSED']]);
    await world.store.setPause(undefined, NOON + 1);
    expect(await found(world)).toEqual([[3, 'signal on memory', 'admitted']]);
    world.clock.now += 1_000;
    const operation = await admitted(world);
    await world.store.conclude(conclusionOf(operation, {}));
    expect(await found(world)).toEqual([]);
  });

  it('believe diagnosis, which decides before admission, for some minutes', async () => {
    const world = worldOf();
    redden(world);
    const refusal = { reason: 'CAUSE_ELSEWHERE', detail: 'database is at fault' } as const;
    await world.store.recordRefusal({
      ...refusal,
      ...{ signalId: 's', component: 'web', occurredAtMs: NOON, refusedAtMs: NOON },
    });
    expect(await found(world)).toEqual([[3, `alarm ${memoryAlarm()}`, 'CAUSE_ELSEWHERE']]);
    world.clock.now += 600_000;
    expect(await found(world)).toEqual([[3, `alarm ${memoryAlarm()}`, 'admitted']]);
  });

  it('begin with what is wrong with Selfheal itself', async () => {
    const world = worldOf();
    redden(world);
    redden(world, 'SelfhealEngine-triage-failed');
    await world.store.noteDenial({ action: 'ssm:SendCommand', role: 'selfheal-act' }, NOON);
    await triage(world, { source: 'nobody' });
    expect(await found(world)).toEqual([
      [1, 'alarm SelfhealEngine-triage-failed', undefined],
      [1, 'Selfheal', undefined],
      [3, `alarm ${memoryAlarm()}`, 'admitted'],
      [4, 'an event that names no component', undefined],
    ]);
  });

  it('name what could not be read, and list the rest', async () => {
    const world = worldOf();
    await admitted(world);
    const alarms = {
      ...world.alarms,
      redSince: async () => {
        throw new NotPermitted({ action: 'cloudwatch:DescribeAlarms', role: 'ada' });
      },
    };
    const { issues, unread } = await currentIssues({ ...world, alarms });
    expect(issues.map(({ kind }) => kind)).toEqual(['operation']);
    expect(unread).toEqual([
      {
        ...{ what: 'alarms', permission: 'cloudwatch:DescribeAlarms' },
        problem: 'missing permission: cloudwatch:DescribeAlarms for role ada',
      },
    ]);
  });
});

describe('a check of a component', () => {
  const verdictOf = async (world: ReturnType<typeof worldOf>) => {
    const { verdict, signs } = await checkComponent(world, 'web');
    return [verdict, ...signs.map(({ subject, finding }) => `${subject}: ${finding}`)];
  };

  it('calls it healthy only if an alarm or a peer proves it', async () => {
    const world = worldOf();
    world.alarms.named.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    const node = `node ${NODE}: Online`;
    expect(await verdictOf(world)).toEqual(['unknown', `alarm ${memoryAlarm()}: INSUFFICIENT_DATA`, node]);
    world.alarms.named.set(memoryAlarm(), 'OK');
    expect(await verdictOf(world)).toEqual(['healthy', `alarm ${memoryAlarm()}: OK`, node]);
    world.alarms.named.delete(memoryAlarm());
    expect((await verdictOf(world))[0]).toBe('unknown');
  });

  it('does not take the word of a watchdog that has stopped', async () => {
    const health = { url: 'https://web.example.com/health' };
    const world = worldOf({ watchdog: {}, components: { web: { health } } });
    await round(world);
    expect((await verdictOf(world))[0]).toBe('healthy');
    world.clock.now += 600_000;
    expect((await verdictOf(world))[0]).toBe('unknown');
  });

  it('calls it unhealthy if one of its hosts is gone or offline', async () => {
    const world = worldOf();
    world.alarms.named.set(memoryAlarm(), 'OK');
    const offline = { nodes: async () => [{ instanceId: NODE, ping: 'ConnectionLost', agentVersion: '3' }] };
    expect((await checkComponent({ ...world, deployment: offline }, 'web')).verdict).toBe('unhealthy');
    const gone = { nodes: async () => [] };
    const check = await checkComponent({ ...world, deployment: gone }, 'web');
    expect(check.signs).toContainEqual(expect.objectContaining({ finding: 'is not a managed node' }));
  });

  it('is not healthy if something could not be read', async () => {
    const world = worldOf();
    world.alarms.named.set(memoryAlarm(), 'OK');
    const deployment = {
      nodes: async () => {
        throw new ServiceUnavailable('SSM does not answer');
      },
    };
    const check = await checkComponent({ ...world, deployment }, 'web');
    expect(check).toMatchObject({ verdict: 'unknown', unread: [{ what: 'managed nodes' }] });
  });

  it('lists apart what is wrong with the components it depends on', async () => {
    const world = worldOf({
      ...ONE,
      components: {
        web: { ...withMemoryAlarm(), dependsOn: ['api'] },
        api: { ...withMemoryAlarm(), dependsOn: ['database'] },
        database: withMemoryAlarm(),
        other: withMemoryAlarm(),
      },
    });
    world.alarms.named.set(memoryAlarm(), 'OK');
    for (const name of ['database', 'other']) redden(world, memoryAlarm(name));
    const { verdict, issues, dependencyIssues } = await checkComponent(world, 'web');
    expect({ verdict, issues }).toEqual({ verdict: 'healthy', issues: [] });
    expect(dependencyIssues.map(({ component }) => component)).toEqual(['database']);
  });
});

describe('what a person reads', () => {
  const output = recordedContext();

  it('has the issues by priority, with what happens next', async () => {
    const world = worldOf({ ...ONE, strategies: [{ maxAttempts: 1, cooldownSeconds: 0 }] });
    redden(world, memoryAlarm(), NOON - 65_000);
    const operation = await admitted(world);
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    const text = issueLines(output, await currentIssues(world)).join('\n');
    expect(text).toMatch(/^Healing: on\n\nPriority 1: a person is needed/);
    expect(text).toContain(`web: alarm ${memoryAlarm()} is in ALARM (CRITICAL, for 1m 05s)`);
    expect(text).toMatch(/Not healed: ATTEMPTS_SPENT: .*; it may be tried again in /);
    expect(text).toMatch(/\n2 issues\.$/);
  });

  it('says that there is no issue only of what could be read', async () => {
    const world = worldOf();
    expect(issueLines(output, await currentIssues(world)).at(-1)).toBe('No issue.');
    const store = {
      ...world.store,
      listProposals: async () => {
        throw new ServiceUnavailable('DynamoDB does not answer');
      },
    };
    expect(issueLines(output, await currentIssues({ ...world, store })).slice(-2)).toEqual([
      'No issue in what could be read.',
      'Not read: proposals: DynamoDB does not answer',
    ]);
  });

  it('shows what was looked at, and the verdict', async () => {
    const world = worldOf();
    world.alarms.named.set(memoryAlarm(), 'OK');
    const lines = checkLines(output, await checkComponent(world, 'web'));
    expect(lines).toEqual([
      ...['Healing: on', '', 'LOOKED AT                  FOUND'],
      `alarm ${memoryAlarm()}  OK`,
      `node ${NODE}   Online`,
      ...['', 'web is healthy.'],
    ]);
  });
});
