import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { reconcile } from '../../../../functions/app/recover/reconcile.ts';
import { NotPermitted, RequestRefused } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { admitted, createWorld, inputOf, plannedStep, withStore } from '../../../factories/ports/world.ts';
import { acting } from './reconcile-lab.ts';

describe('a command whose status event was lost', () => {
  it('stays untouched at first, and is settled when it has been silent too long', async () => {
    const { world, operationId, input, step, later } = await acting();
    await act(world, input);
    world.runbooks.ends('Success');
    expect((await later(29)).done).toEqual([]);
    expect((await later(1)).done).toEqual([`settled silent heal-0 of ${operationId}`]);
    expect(await step()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(world.tokens.completed).toMatchObject([{ output: { outcome: 'SUCCEEDED' } }]);
  });

  it('may run within its time', async () => {
    const { world, input, step, later } = await acting();
    await act(world, input);
    expect((await later(60)).done).toEqual([]);
    expect(await step()).not.toHaveProperty('outcome');
    expect(world.runbooks.cancelled).toEqual([]);
  });

  it('is cancelled and timed out past its deadline', async () => {
    const { world, operationId, input, step, later } = await acting();
    await act(world, input);
    expect((await later(75)).done).toEqual([`timed out heal-0 of ${operationId}`]);
    expect(world.runbooks.cancelled).toEqual(['command-1']);
    expect(await step()).toMatchObject({
      outcome: 'TIMED_OUT',
      detail: 'no end after its time-out; command command-1 cancelled',
    });
    expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
  });

  describe.each(['cancel', 'getCommand', 'listInvocations'] as const)(
    'and that may not be asked to %s',
    (call) => {
      const denial = new NotPermitted({ action: 'ssm:Denied', role: 'selfheal-reconcile' });
      const actingDenied = async () => {
        const begun = await acting();
        await act(begun.world, begun.input);
        begun.world.runbooks = { ...begun.world.runbooks, [call]: () => Promise.reject(denial) };
        return begun;
      };

      it('ends past its deadline all the same, as unknown, and says why', async () => {
        const { world, operationId, step, later } = await actingDenied();
        expect((await later(75)).done).toContain(`timed out heal-0 of ${operationId}`);
        expect(await step()).toMatchObject({
          outcome: 'UNKNOWN',
          detail: expect.stringContaining('missing permission: ssm:Denied for role selfheal-reconcile'),
        });
        expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
      });

      it('says whether the command was cancelled', async () => {
        const { world, step, later } = await actingDenied();
        await later(75);
        const isCancelled = call !== 'cancel';
        expect(world.runbooks.cancelled).toEqual(isCancelled ? ['command-1'] : []);
        const fate = isCancelled ? 'was cancelled' : 'could not be cancelled, and may still act';
        expect((await step())?.detail).toContain(`command command-1 ${fate}`);
      });

      it('stays untouched before its deadline', async () => {
        const { world, step, later } = await actingDenied();
        await later(60);
        expect(await step()).not.toHaveProperty('outcome');
        expect(world.tokens.completed).toEqual([]);
      });
    },
  );

  it('can be found by its comment if its sender stopped before recording it', async () => {
    const { world, operationId, input, step, later } = await acting();
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    await expect(act(crashing, input)).rejects.toThrow('crash');
    world.runbooks.ends('Success');
    expect((await later(30)).done).toEqual([`settled silent heal-0 of ${operationId}`]);
    expect(await step()).toMatchObject({
      outcome: 'SUCCEEDED',
      reference: { executor: 'run_command', id: 'command-1' },
    });
  });

  it('is searched from the operation’s start, among its document’s: an earlier try may have sent it', async () => {
    const { world, operation, input, later } = await acting();
    const searches: unknown[] = [];
    world.runbooks = {
      ...world.runbooks,
      findCommand: async (...search) => {
        searches.push(search);
        return undefined;
      },
    };
    await expect(
      act(withStore(world, { recordStep: () => Promise.reject(new Error('crash')) }), input),
    ).rejects.toThrow('crash');
    world.clock.now += 20_000;
    const again = { ...input, attempt: 1 };
    await expect(
      act(withStore(world, { recordStep: () => Promise.reject(new Error('crash')) }), again),
    ).rejects.toThrow('crash');
    await later(30);
    expect(searches).toEqual([
      [`selfheal ${operation.operationId} heal-0`, operation.startedAtMs, 'selfheal-start-component'],
    ]);
  });

  it('may have been sent if there are too many commands to find it among', async () => {
    const { world, input, step, later } = await acting();
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    await expect(act(crashing, input)).rejects.toThrow('crash');
    const refused = async () => Promise.reject(new RequestRefused('not all were searched'));
    world.runbooks = { ...world.runbooks, findCommand: refused };
    await later(75);
    expect(await step()).toMatchObject({
      outcome: 'UNKNOWN',
      detail: 'not all were searched: no end after its time-out; it may have been begun',
    });
  });

  it('times out without doing anything if it was never sent (invariant 10)', async () => {
    const { world, operation, step, later } = await acting();
    const pending = {
      stepId: 'heal-0' as const,
      order: 1,
      taskToken: 'token-1',
      startedAtMs: world.clock.now,
    };
    await world.store.beginStep(inputOf(operation), { ...pending, deadlineMs: world.clock.now + 60_000 }, 0);
    await later(75);
    expect(await step()).toMatchObject({ outcome: 'TIMED_OUT', detail: 'nothing was begun' });
    expect(world.runbooks.sent).toEqual([]);
    expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
  });

  it('a verification that looked by itself and is over leaves no record; a task that still waits is answered (invariant 7)', async () => {
    const { world, operation, later } = await acting();
    const pending = {
      stepId: 'verify-0' as const,
      order: 1,
      taskToken: 'token-1',
      startedAtMs: world.clock.now,
    };
    await world.store.beginStep(inputOf(operation), { ...pending, deadlineMs: world.clock.now + 30_000 }, 0);
    expect((await later(75)).done).toEqual([]);
    expect(await world.store.listSteps(operation.operationId)).toEqual([]);
    const output = { verdict: 'failed', detail: 'no execution was checking it any longer' };
    expect(world.tokens.completed).toEqual([{ taskToken: 'token-1', output }]);
  });

  it('completes its token if its outcome is on record and the token was never completed', async () => {
    const { world, input, step, later } = await acting();
    await act(world, input);
    const record = await step();
    if (!record) throw new Error('no step');
    await world.store.recordOutcome({ ...record, outcome: 'SUCCEEDED', completedAtMs: world.clock.now });
    await later(30);
    expect(world.tokens.completed).toMatchObject([
      { taskToken: 'token-1', output: { outcome: 'SUCCEEDED' } },
    ]);
  });
});

describe('a round of the reconciler', () => {
  it('goes on with the next part when one fails, and says so', async () => {
    const { world, operationId, input, later } = await acting();
    await act(world, input);
    world.runbooks.ends('Success');
    world.executions.statuses.delete(operationId);
    const failing = { ...world.store, readFleet: () => Promise.reject(new Error('throttled')) };
    Object.assign(world, { store: failing });
    const report = await later(30);
    expect(report.problems).toEqual(['alarms: Error: throttled']);
    expect(report.done).toHaveLength(2);
  });

  it('checks the alarms even if it can’t read the claims', async () => {
    const world = createWorld();
    const blind = withStore(world, { listClaims: () => Promise.reject(new Error('throttled')) });
    expect(await reconcile(blind)).toEqual({ claims: 0, done: [], problems: ['claims: Error: throttled'] });
  });

  it('looks after the steps that there are, though another operation has none', async () => {
    const world = createWorld(
      configured({ components: { idle: {}, web: {} }, settings: { maxConcurrentRepairs: 2 } }),
    );
    await admitted(world, { component: 'idle' });
    const operation = await admitted(world);
    await act(world, { ...inputOf(operation), step: plannedStep(world, operation) });
    world.runbooks.ends('Success');
    world.clock.now += 30_000;
    const { done, problems } = await reconcile(world);
    expect(problems).toEqual([]);
    expect(done[0]).toBe(`settled silent heal-0 of ${operation.operationId}`);
  });

  it('knows of no claim if neither they nor the fleet can be read', async () => {
    const throttled = () => Promise.reject(new Error('throttled'));
    const blind = withStore(createWorld(), { listClaims: throttled, readFleet: throttled });
    expect(await reconcile(blind)).toEqual({
      claims: 0,
      done: [],
      problems: [
        'claims: Error: throttled',
        'components in flight: Error: throttled',
        'alarms: Error: throttled',
      ],
    });
  });

  it('reads the claims one by one when one can’t be read: it hides no other', async () => {
    const world = createWorld(
      configured({ components: { broken: {}, web: {} }, settings: { maxConcurrentRepairs: 2 } }),
    );
    await admitted(world, { component: 'broken' });
    const { operationId } = await admitted(world, { component: 'web' });
    const unreadable = () => Promise.reject(new Error('item not decodable'));
    const half = withStore(world, {
      listClaims: unreadable,
      getClaim: (component) => (component === 'broken' ? unreadable() : world.store.getClaim(component)),
    });
    world.clock.now += 30_000;
    expect(await reconcile(half)).toEqual({
      claims: 1,
      done: [`started ${operationId}, which was admitted and never begun`],
      problems: ['claims: Error: item not decodable', 'claim of broken: Error: item not decodable'],
    });
  });
});
