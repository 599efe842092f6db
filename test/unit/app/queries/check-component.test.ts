import { describe, expect, it } from 'vitest';
import { checkLines, issueLines } from '../../../../cli/presenters/issues.ts';
import { checkComponent } from '../../../../functions/app/queries/issues/check-component.ts';
import { currentIssues } from '../../../../functions/app/queries/issues/current-issues.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { EVERYTHING, type OverrideScope } from '../../../../functions/core/admission/override.ts';
import type { StricterMode } from '../../../../functions/core/configuration/modes.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { conclusionOf, NOON } from '../../../factories/operations/admissions.ts';
import { admitted } from '../../../factories/ports/world.ts';
import { recordedContext } from '../../cli/output.ts';
import { ONE, redden, round, worldOf } from './fleet-with-issues.ts';

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

  it('ignores the word of a watchdog that has stopped', async () => {
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

  it('does not call it healthy if something could not be read', async () => {
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

  it('does not call it healthy if one of its alarms does not exist', async () => {
    const metric = { metric: 'memory', threshold: 9, dimensions: { A: 'b' } };
    const world = worldOf({ ...ONE, components: { web: { alarms: { memory: metric, other: metric } } } });
    world.alarms.named.set(memoryAlarm(), 'OK');
    expect((await verdictOf(world))[0]).toBe('unknown');
    for (const name of Object.keys(world.configuration.alarms)) world.alarms.named.set(name, 'OK');
    expect((await verdictOf(world))[0]).toBe('healthy');
  });

  it('names what could not be read of its issues alone', async () => {
    const world = worldOf();
    world.alarms.named.set(memoryAlarm(), 'OK');
    const listProposals = () => Promise.reject(new ServiceUnavailable('DynamoDB does not answer'));
    const check = await checkComponent({ ...world, store: { ...world.store, listProposals } }, 'web');
    expect(check).toMatchObject({ verdict: 'unknown', issues: [], dependencyIssues: [] });
    expect(check.unread).toEqual([{ what: 'proposals', problem: 'DynamoDB does not answer' }]);
  });

  it('leaves out what concerns no component', async () => {
    const world = worldOf();
    await triage(world, { source: 'nobody' });
    expect(await checkComponent(world, 'web')).toMatchObject({ issues: [], dependencyIssues: [] });
  });
});

describe('the text of a check', () => {
  const output = recordedContext();

  it('lists the issues by priority, with what happens next', async () => {
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

  it('shows the modes that people set at run time, and what they mean for an issue', async () => {
    const world = worldOf({ ...ONE, strategies: [{ cooldownSeconds: 0 }] });
    const setting = { reason: 'incident', sinceMs: NOON, untilMs: NOON + 3_600_000 };
    const give = async (scope: OverrideScope, mode: StricterMode) =>
      await world.store.setOverride(scope, { givenAtMs: NOON, setting: { ...setting, mode } });
    await give({ kind: 'mode', name: EVERYTHING }, 'propose');
    await give({ kind: 'component-mode', name: 'web' }, 'observe');
    redden(world, memoryAlarm());
    const set = 'set 2026-11-22 13:30:00Z, ends in 1h 00m (2026-11-22 14:30:00Z): incident';
    const lines = checkLines(output, await checkComponent(world, 'web'));
    expect(lines.slice(0, 3)).toEqual([
      'Healing: on',
      `Mode: propose for all components, ${set}`,
      `Mode: observe for web, ${set}`,
    ]);
    expect(lines.join('\n')).toContain(
      'is only observed: nothing is touched. A person set that mode for web: incident.',
    );
    const issues = issueLines(output, await currentIssues(world));
    expect(issues[1]).toBe(`Mode: propose for all components, ${set}`);
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
