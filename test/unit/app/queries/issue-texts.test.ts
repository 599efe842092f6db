import { describe, expect, it } from 'vitest';
import {
  type CurrentIssuesDeps,
  currentIssues,
} from '../../../../functions/app/queries/issues/current-issues.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { memoryAlarm, NODE } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { conclusionOf, NOON } from '../../../factories/operations/admissions.ts';
import { admitted, withStore } from '../../../factories/ports/world.ts';
import { ONE, redden, round, worldOf } from './fleet-with-issues.ts';

const issuesOf = async (deps: CurrentIssuesDeps) => (await currentIssues(deps)).issues;
const issueOf = async (deps: CurrentIssuesDeps, kind: string) =>
  (await issuesOf(deps)).find((issue) => issue.kind === kind);
const ADMITTED = { kind: 'admitted', strategyId: 'restart', mode: 'auto' };

describe('an issue says what is wrong, since when, what happens next and what to do', () => {
  it('about an alarm', async () => {
    const world = worldOf();
    redden(world, memoryAlarm(), NOON - 5_000);
    expect(await issuesOf(world)).toEqual([
      {
        ...{ kind: 'alarm', component: 'web', subject: `alarm ${memoryAlarm()}`, problem: 'is in ALARM' },
        ...{ severity: 'CRITICAL', sinceMs: NOON - 5_000, outlook: ADMITTED, priority: 3 },
      },
    ]);
  });

  it('about an operation in flight, and one that is being rolled back', async () => {
    const world = worldOf();
    const { operationId } = await admitted(world);
    const issue = {
      ...{ kind: 'operation', priority: 3, component: 'web', subject: `operation ${operationId}` },
      ...{ problem: '(restart) is under way', severity: 'CRITICAL', sinceMs: NOON },
      remedy: `Follow it with \`selfheal show ${operationId} --watch\`.`,
    };
    expect(await issuesOf(world)).toEqual([issue]);
    const listOperations = async (limit: number) =>
      (await world.store.listOperations(limit)).map((one) => ({ ...one, state: 'ROLLING_BACK' as const }));
    expect(await issuesOf(withStore(world, { listOperations }) as typeof world)).toEqual([
      { ...issue, problem: '(restart) is being rolled back' },
    ]);
  });

  it.each([
    ['FAILED', { error: 'ActionFailed', cause: 'exit 1' }, 'failed: ActionFailed'],
    ['FAILED', undefined, 'failed'],
    ['UNVERIFIED', { error: 'NotVerified', cause: 'no permission' }, 'could not be verified'],
  ] as const)('about an operation that has ended as %s (%j)', async (result, failure, problem) => {
    const world = worldOf();
    const operation = await admitted(world);
    await world.store.conclude(
      conclusionOf(operation, {
        ...{ state: 'FAILED', result, completedAtMs: NOON + 9_000 },
        ...(failure && { failure }),
      }),
    );
    expect(await issueOf(world, 'failed-operation')).toMatchObject({
      ...{ component: 'web', subject: `operation ${operation.operationId}`, severity: 'CRITICAL' },
      ...{ problem: `(restart) ${problem}`, sinceMs: NOON + 9_000 },
      remedy: `\`selfheal show ${operation.operationId}\` says what was tried and undone.`,
    });
  });

  it('about what was contained by anything but isolated hosts', async () => {
    const world = worldOf();
    const operation = await admitted(world);
    const end = { result: 'CONTAINED', completedAtMs: NOON + 9_000 } as const;
    await world.store.conclude(conclusionOf(operation, end));
    expect(await issueOf(world, 'containment')).toEqual({
      ...{ kind: 'containment', priority: 1, component: 'web', severity: 'CRITICAL' },
      ...{ subject: `operation ${operation.operationId}`, sinceMs: NOON + 9_000 },
      problem: 'contained its component, and no later repair is on record',
      remedy: `\`selfheal show ${operation.operationId}\` has the command that lifts it.`,
    });
  });

  it('about a proposal', async () => {
    const world = worldOf({ ...ONE, strategies: [{ mode: 'propose' }] });
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }));
    const [proposal] = await world.store.listProposals(1);
    const id = proposal?.operation.operationId;
    expect(await issueOf(world, 'proposal')).toEqual({
      ...{ kind: 'proposal', priority: 2, component: 'web', subject: `proposal ${id}` },
      ...{ problem: '(restart) waits for an approval: it has 0 of 1', severity: 'CRITICAL', sinceMs: NOON },
      outlook: { kind: 'proposed', proposalId: id, expiresAtMs: NOON + 3_600_000 },
      remedy: `\`selfheal proposals ${id}\` shows it.`,
    });
  });

  it('about a refused signal, and about an event that names no component', async () => {
    const world = worldOf({ ...ONE, components: { web: {} } });
    await world.store.setPause({ reason: 'maintenance', sinceMs: NOON }, NOON);
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }));
    await triage(world, { source: 'nobody' });
    const [refused, nobody] = await issuesOf(world);
    expect(refused).toMatchObject({
      ...{ kind: 'refusal', priority: 1, component: 'web', subject: 'signal on memory' },
      ...{ problem: 'was refused: PAUSED: maintenance', severity: 'CRITICAL', sinceMs: NOON },
      remedy: '`selfheal why web` lists all; whether it is still unhealthy is not known.',
    });
    expect(nobody).toMatchObject({
      ...{ kind: 'refusal', priority: 4, subject: 'an event that names no component', severity: 'WARNING' },
      ...{ problem: expect.stringMatching(/^was refused: NOT_UNDERSTOOD: ./), sinceMs: NOON },
      remedy: '`selfheal why unknown` lists all.',
    });
    expect(nobody).not.toHaveProperty('component');
  });

  it('about a component that counts as unhealthy for no reason that was found', async () => {
    const world = worldOf();
    await world.store.markUnhealthy('web');
    const healable = worldOf({ ...ONE, strategies: [{ trigger: { metrics: ['manual'] } }] });
    await healable.store.markUnhealthy('web');
    const unhealthy = {
      ...{ kind: 'unhealthy', component: 'web', subject: 'component web', severity: 'CRITICAL' },
      problem: 'counts as unhealthy, and no recovery has been reported',
    };
    expect(await issuesOf(healable)).toEqual([{ ...unhealthy, outlook: ADMITTED, priority: 3 }]);
    expect(await issuesOf(world)).toMatchObject([
      { ...unhealthy, outlook: { kind: 'refused', refusal: { reason: 'NO_STRATEGY' } }, priority: 1 },
    ]);
  });

  it('about what is wrong with Selfheal itself', async () => {
    const world = worldOf();
    redden(world, 'SelfhealEngine-triage-failed');
    await world.store.noteDenial({ action: 'ssm:SendCommand', role: 'selfheal-act' }, NOON);
    expect(await issuesOf(world)).toEqual([
      {
        ...{ kind: 'own-alarm', priority: 1, severity: 'CRITICAL' },
        subject: 'alarm SelfhealEngine-triage-failed',
        problem: 'is in ALARM: Selfheal itself is in trouble',
        remedy:
          'docs/operating.md, “Selfheal’s own alarms”, says what to look at; `selfheal doctor` looks at everything.',
      },
      {
        ...{ kind: 'permission', priority: 1, severity: 'CRITICAL', subject: 'Selfheal', sinceMs: NOON },
        problem: 'lacks a permission: missing permission: ssm:SendCommand for role selfheal-act',
        remedy: 'Deploy again, or find the policy that denies it.',
      },
    ]);
  });

  it('about a peer', async () => {
    const world = worldOf({
      watchdog: {},
      components: { web: { health: { url: 'https://web.example.com/health' } } },
      peers: { gateway: { tcp: '10.0.0.1:443' } },
      strategies: [{ trigger: { statuses: ['OFFLINE'] } }],
    });
    await round(world, { web: 'OFFLINE', gateway: 'DEGRADED' });
    expect(await issuesOf(world)).toEqual([
      {
        ...{ kind: 'peer', component: 'web', subject: 'peer web', severity: 'CRITICAL', priority: 3 },
        ...{ problem: 'is OFFLINE, after 2 missed heartbeats in a row', sinceMs: NOON - 60_000 },
        outlook: ADMITTED,
      },
      {
        ...{ kind: 'peer', subject: 'peer gateway', severity: 'WARNING', priority: 4 },
        ...{ problem: 'is DEGRADED, after 2 missed heartbeats in a row', sinceMs: NOON - 60_000 },
        outlook: { kind: 'none' },
      },
    ]);
  });
});

describe('an operation that has repaired its component', () => {
  it('leaves no issue of hosts that it isolated meanwhile', async () => {
    const world = worldOf({
      ...ONE,
      strategies: [{ cooldownSeconds: 0, actions: [{ type: 'isolate_network' }] }],
    });
    const operation = await admitted(world);
    const { operationId, component } = operation;
    await world.store.recordStep({
      ...({ operationId, component, stepId: 'heal-0', action: 'isolate_network', onError: 'abort' } as const),
      ...{ outcome: 'SUCCEEDED', startedAtMs: NOON, completedAtMs: NOON, targets: [NODE] },
    });
    await world.store.conclude(conclusionOf(operation, { completedAtMs: NOON + 1 }));
    expect(await issuesOf(world)).toEqual([]);
  });
});
