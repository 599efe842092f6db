import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { reconcileStep } from '../../../../functions/app/recover/reconcile-step.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, withStore } from '../../../factories/ports/world.ts';
import { verification } from '../heal/verification-lab.ts';
import { A, B, twoHosts } from '../two-hosts.ts';
import { acting } from './reconcile-lab.ts';

type Acting = Awaited<ReturnType<typeof acting>>;
const HOUR_MS = 3_600_000;

/** Looks at the pending step so much later. */
async function looked({ world }: Pick<Acting, 'world'>, laterMs: number, deps: Acting['world'] = world) {
  const claim = await world.store.getClaim('web');
  if (!claim) throw new Error('nothing is claimed');
  world.clock.now += laterMs;
  return await reconcileStep(deps, { ...claim, component: 'web' });
}

describe('a step that is silent', () => {
  it('has its token completed where its outcome is on record, and nothing else is done', async () => {
    const run = await acting();
    await act(run.world, run.input);
    const record = await run.step();
    if (!record) throw new Error('no record');
    await run.world.store.recordOutcome({ ...record, outcome: 'SUCCEEDED', completedAtMs: NOON });
    expect(await looked(run, HOUR_MS)).toEqual([]);
    expect(run.world.tokens.completed).toHaveLength(1);
  });

  it('is not cancelled where its command has ended', async () => {
    const run = await acting();
    await act(run.world, run.input);
    run.world.runbooks.ends('Success');
    expect(await looked(run, 120_000)).toEqual([`settled silent heal-0 of ${run.operationId}`]);
    expect(run.world.runbooks.cancelled).toEqual([]);
  });

  it('ends where its host has left, and its command may not act on it later', async () => {
    const { world, diagnose, step, leaves, record } = await twoHosts({ component: { minHealthyTargets: 0 } });
    await diagnose();
    await step('heal-0');
    leaves(A);
    const { commandId } = world.runbooks.sent.at(-1) ?? {};
    const lines = await looked({ world } as never, 120_000);
    expect(lines).toEqual([expect.stringMatching(/^settled silent heal-0 of /)]);
    expect(await record('heal-0')).toMatchObject({ outcome: 'SKIPPED', skipped: { [A]: 'gone' } });
    expect(world.runbooks.cancelled).toEqual([commandId]);
    expect(world.runbooks.nodes).toMatchObject([{ instanceId: B }]);
  });

  it('keeps on record what was found of it, though its function could not record that', async () => {
    const run = await acting();
    const recordStep = () => Promise.reject(new Error('crash'));
    await expect(act(withStore(run.world, { recordStep }), run.input)).rejects.toThrow('crash');
    expect(await looked(run, HOUR_MS)).toEqual([`timed out heal-0 of ${run.operationId}`]);
    expect(await run.step()).toMatchObject({
      ...{ outcome: 'TIMED_OUT', reference: { executor: 'run_command', id: 'command-1' } },
    });
  });

  it('is on record as it was planned, where nothing was begun', async () => {
    const run = await acting({ onError: 'continue' });
    run.world.runbooks.onSend = () => Promise.reject(new Error('crash'));
    await expect(act(run.world, run.input)).rejects.toThrow('crash');
    expect(await looked(run, HOUR_MS)).toEqual([`timed out heal-0 of ${run.operationId}`]);
    expect(await run.step()).toStrictEqual({
      ...{ operationId: run.operationId, stepId: 'heal-0', component: 'web', action: 'start_component' },
      ...{ onError: 'continue', startedAtMs: NOON, targets: [], outcome: 'TIMED_OUT' },
      ...{ detail: expect.stringMatching(/nothing was begun$/), completedAtMs: NOON + HOUR_MS },
    });
  });

  it('is not looked for among commands where its component has no hosts', async () => {
    const targets = { ecsService: 'prod/web' };
    const web = { targets, service: undefined, alarms: undefined, signals: ['memory'] };
    const world = createWorld(
      configured({
        components: { web },
        strategies: [{ actions: [{ type: 'restart_service', timeoutSeconds: 60 }] }],
      }),
    );
    const operation = await admitted(world);
    const findCommand = () => Promise.reject(new Error('looked for'));
    Object.assign(world.runbooks, { findCommand });
    const claim = await world.store.getClaim('web');
    if (!claim) throw new Error('nothing is claimed');
    const step = {
      stepId: 'heal-0',
      order: 0,
      taskToken: 'token',
      startedAtMs: NOON,
      deadlineMs: NOON + 60_000,
    } as const;
    world.clock.now += HOUR_MS;
    expect(await reconcileStep(world, { ...claim, component: 'web', step })).toEqual([
      `timed out heal-0 of ${operation.operationId}`,
    ]);
    expect(await world.store.getStep(operation.operationId, 'heal-0')).toMatchObject({
      ...{ outcome: 'TIMED_OUT', detail: 'nothing was begun' },
    });
  });

  it('may have been begun where its plan is not on record', async () => {
    const run = await acting();
    run.world.runbooks.onSend = () => Promise.reject(new Error('crash'));
    await expect(act(run.world, run.input)).rejects.toThrow('crash');
    const planless = withStore(run.world, { getPlan: async () => undefined });
    await looked(run, HOUR_MS, planless);
    expect(await run.step()).toMatchObject({
      ...{ action: 'unknown', outcome: 'TIMED_OUT', targets: [] },
      detail: expect.stringMatching(/it may have been begun, and it is not known whether it has ended$/),
    });
  });
});

describe('a verification that is silent', () => {
  it('times out by its record where it was sent to the hosts', async () => {
    const { world, operation, round } = await verification(
      configured({ strategies: [{ verify: { by: 'runbook' } }] }),
    );
    await round({ round: 0 });
    expect(await looked({ world }, HOUR_MS)).toEqual([`timed out verify-0 of ${operation.operationId}`]);
    expect(await world.store.getStep(operation.operationId, 'verify-0')).toMatchObject({
      outcome: 'TIMED_OUT',
    });
  });
});
