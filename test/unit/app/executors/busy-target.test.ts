import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { inputOf } from '../../../factories/ports/world.ts';
import { CLUSTER, database, FAILOVER, failOnce, INSTANCE } from './database-operation.ts';

const RESTART = { type: 'restart_service', timeoutSeconds: 600 };
const TIME_OUT_MS = 600_000;
/** The first try that waits for minutes and not for seconds. */
const PATIENT = 3;

/** An operation on a database that RDS is backing up, whose quick tries were all in vain. */
async function busy(targets: object = INSTANCE, action: object = RESTART) {
  const run = await database(targets, [action]);
  const id = targets === INSTANCE ? 'orders' : 'shop';
  run.fleet.setStatus(id, 'backing-up');
  const attempt = (number: number) =>
    act(run.world, {
      ...inputOf(run.operation, `token-${number}`),
      ...{ step: { stepId: 'heal-0' as const }, attempt: number },
    });
  const claim = () => run.world.store.getClaim('web');
  return { ...run, attempt, claim, setFree: () => run.fleet.setStatus(id, 'available') };
}

describe('a target that its service is busy with', () => {
  it('is asked for again within seconds first', async () => {
    const run = await busy();
    for (let number = 0; number < PATIENT; number += 1)
      await expect(run.attempt(number)).rejects.toThrow(ServiceUnavailable);
    expect((await run.claim())?.step?.waitsFor).toBeUndefined();
  });

  it.each([
    ['a restart', INSTANCE, RESTART, 'rebooted'],
    ['a failover', CLUSTER, FAILOVER, 'failed-over'],
  ])('is waited for by %s, as long as its time-out allows', async (_, targets, action, effect) => {
    const run = await busy(targets, action);
    await run.attempt(PATIENT);
    const { waitUntilMs, waitsFor } = (await run.claim())?.step ?? {};
    expect(waitsFor).toContain('backing-up');
    await run.reconcile();
    expect(run.world.tokens.completed).toEqual([
      { taskToken: `token-${PATIENT}`, error: 'TargetBusy', cause: waitsFor },
    ]);
    await run.attempt(PATIENT + 1);
    expect((await run.claim())?.step).toMatchObject({ waitUntilMs, waitsFor });
    await run.reconcile();
    run.setFree();
    await run.attempt(PATIENT + 2);
    expect(run.fleet.effects).toMatchObject([{ kind: effect }]);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it.each([
    ['a restart', INSTANCE, RESTART],
    ['a failover', CLUSTER, FAILOVER],
  ])(
    'leaves %s its whole time-out, though it was begun at the end of the wait',
    async (_, targets, action) => {
      const run = await busy(targets, action);
      await run.attempt(PATIENT);
      run.world.clock.now += TIME_OUT_MS - 10_000;
      run.setFree();
      await run.attempt(PATIENT + 1);
      await run.reconcile();
      expect((await run.record('heal-0'))?.outcome).toBeUndefined();
      await run.reconcile(TIME_OUT_MS);
      expect(await run.record('heal-0')).toMatchObject({ outcome: 'TIMED_OUT' });
    },
  );

  it('is waited for no longer where a try fails for another reason', async () => {
    const run = await busy();
    await run.attempt(PATIENT);
    const waitUntilMs = (await run.claim())?.step?.waitUntilMs;
    run.world.clock.now += 60_000;
    const { databases } = run.world;
    const readInstance = () => Promise.reject(new ServiceUnavailable('throttled'));
    Object.assign(run.world, { databases: { ...databases, readInstance } });
    await expect(run.attempt(PATIENT + 1)).rejects.toThrow('throttled');
    Object.assign(run.world, { databases });
    await run.attempt(PATIENT + 2);
    expect((await run.claim())?.step).toMatchObject({ waitUntilMs, waitsFor: expect.any(String) });
    await run.reconcile(TIME_OUT_MS - 60_000);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'TIMED_OUT',
      detail:
        'it could not be begun within its time-out: orders is backing-up, and RDS does not reboot it before that is over',
    });
  });

  it('fails the step at its time-out, which says that nothing was begun', async () => {
    const run = await busy();
    await run.attempt(PATIENT);
    await run.reconcile(TIME_OUT_MS);
    expect(run.world.tokens.completed).not.toContainEqual(expect.objectContaining({ error: 'TargetBusy' }));
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'TIMED_OUT',
      detail:
        'it could not be begun within its time-out: orders is backing-up, and RDS does not reboot it before that is over',
    });
    expect(run.fleet.effects).toEqual([]);
  });

  it('fails the step with the words that an earlier try may have begun it, where its answer was lost', async () => {
    const run = await busy(CLUSTER, FAILOVER);
    run.setFree();
    failOnce(run, 'failOver', true);
    await expect(run.attempt(0)).rejects.toThrow(ServiceUnavailable);
    await run.attempt(PATIENT);
    await run.reconcile(TIME_OUT_MS);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'TIMED_OUT',
      detail:
        'it was not seen to begin within its time-out, though an earlier try may have begun it: writer of shop: RDS is busy with it (failing-over), and does not move it before',
    });
  });

  it('is not asked for again where an earlier try has begun it after all', async () => {
    const run = await busy();
    run.setFree();
    await run.attempt(0);
    const begun = await run.record('heal-0');
    const pending = (await run.claim())?.step;
    if (!pending) throw new Error('no step is pending');
    const { operationId, component, fence } = inputOf(run.operation);
    // What another function of the same try has found.
    const waiting = { ...pending, waitsFor: 'orders is rebooting' };
    await run.world.store.beginStep({ operationId, component, fence }, waiting, pending.deadlineMs);
    await run.reconcile();
    expect(begun?.reference).toBeDefined();
    expect(run.world.tokens.completed).toEqual([]);
  });
});
