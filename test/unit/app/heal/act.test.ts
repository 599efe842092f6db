import { describe, expect, it } from 'vitest';
import { type ActInput, act } from '../../../../functions/app/heal/act.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import {
  admitted,
  createWorld,
  inputOf,
  plannedStep,
  type World,
  withStore,
} from '../../../factories/ports/world.ts';

const TWO_STEPS = configured({
  strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component', onError: 'rollback' }] }],
});

/** An admitted operation, and the input of one of its steps. */
async function begun(configuration = configured(), index = 0, signal = {}) {
  const world = createWorld(configuration);
  const operation = await admitted(world, signal);
  const step = plannedStep(world, operation, index);
  const input: ActInput = { ...inputOf(operation), step };
  return { world, operation, input };
}

describe('an action', () => {
  it('goes out with operation, step, fence and component, and on record', async () => {
    const { world, operation, input } = await begun();
    await act(world, input);
    const { operationId } = operation;
    expect(world.runbooks.sent).toMatchObject([
      {
        document: 'selfheal-start-component',
        instanceIds: [NODE],
        maxConcurrency: 1,
        stopsAtError: true,
        comment: `selfheal ${operationId} heal-0`,
        parameters: {
          operationId,
          stepId: 'heal-0',
          fence: String(operation.fence),
          component: 'web',
          service: 'nginx.service',
        },
      },
    ]);
    expect(await world.store.getStep(operationId, 'heal-0')).toMatchObject({
      reference: { executor: 'run_command', id: 'command-1' },
      targets: [NODE],
      startedAtMs: NOON,
    });
    expect(world.tokens.completed).toEqual([]);
  });

  it('does not look at the claim before its target has kept it waiting', async () => {
    const { world, input } = await begun();
    const claimless = withStore(world, { getClaim: () => Promise.reject(new Error('read')) });
    await act(claimless, { ...input, attempt: 3 });
    expect(world.runbooks.sent).toHaveLength(1);
  });

  it('has its token on record before anything is sent, and a lease that outlasts it', async () => {
    const { world, input } = await begun();
    world.runbooks.onSend = async () => {
      expect(await world.store.getClaim('web')).toMatchObject({
        step: { stepId: 'heal-0', taskToken: 'token-1', startedAtMs: NOON },
      });
    };
    await act(world, input);
    expect(world.runbooks.sent).toHaveLength(1);
    const claim = await world.store.getClaim('web');
    expect(claim?.leaseUntilMs).toBeGreaterThan(claim?.step?.deadlineMs ?? Number.POSITIVE_INFINITY);
  });

  it('invariant 1: does nothing under a fence that no longer holds', async () => {
    const { world, operation, input } = await begun();
    await world.store.takeOver(input, NOON + 60_000);
    await act(world, input);
    expect(world.runbooks.sent).toEqual([]);
    expect(world.tokens.completed).toEqual([
      {
        taskToken: 'token-1',
        error: 'StepRefused',
        cause: `operation ${operation.operationId} has a newer fence than ${operation.fence}, or is past heal-0`,
      },
    ]);
  });

  it('does nothing when it was held up until the operation was past it', async () => {
    const { world, operation, input } = await begun(TWO_STEPS);
    await act(world, input);
    const next = { ...input, step: plannedStep(world, operation, 1), taskToken: 'token-2' };
    world.runbooks.ends('Success');
    await act(world, next);
    await act(world, { ...input, taskToken: 'token-late' });
    expect(await world.store.getClaim('web')).toMatchObject({
      step: { stepId: 'heal-1', taskToken: 'token-2' },
    });
    expect(world.tokens.completed).toMatchObject([{ taskToken: 'token-late', error: 'StepRefused' }]);
  });

  it('does nothing when it was held up until it had been tried again', async () => {
    const { world, input } = await begun();
    await act(world, { ...input, attempt: 1, taskToken: 'token-2' });
    await act(world, { ...input, attempt: 0, taskToken: 'token-late' });
    expect(world.runbooks.sent).toHaveLength(1);
    // The state machine waits for the newer try alone: the function that ends the step has to find its token.
    expect(await world.store.getClaim('web')).toMatchObject({ step: { taskToken: 'token-2' } });
    expect(world.tokens.completed).toMatchObject([{ taskToken: 'token-late', error: 'StepRefused' }]);
  });

  it.each([
    [
      'the undo has begun',
      (world: World, { operationId }: ActInput) =>
        world.store.beginRollback(operationId, { error: 'States.Timeout', cause: 'too long' }, []),
    ],
    [
      'another execution has taken over',
      (world: World, input: ActInput) => world.store.takeOver(input, NOON),
    ],
  ])('records no outcome if %s while it was held up', async (_, meanwhile) => {
    const { world, operation, input } = await begun(
      configured({ strategies: [{ actions: [{ type: 'notify_soc' }] }] }),
    );
    const notify = async () => void (await meanwhile(world, input));
    await act({ ...world, notifier: { notify } }, input);
    expect(await world.store.listSteps(operation.operationId)).toEqual([]);
    expect(world.tokens.completed).toEqual([]);
    expect(world.metrics.figures).toEqual([]);
  });

  it('does nothing after an earlier one failed', async () => {
    const { world, operation, input } = await begun(TWO_STEPS, 1);
    await world.store.recordOutcome({ ...stepOf(operation), outcome: 'FAILED', completedAtMs: NOON });
    await act(world, input);
    expect(world.runbooks.sent).toEqual([]);
    expect(world.tokens.completed).toMatchObject([
      { error: 'StepRefused', cause: 'heal-0 (graceful_stop) ended as FAILED' },
    ]);
  });

  it('goes on after an earlier one that failed with onError: continue', async () => {
    const { world, operation, input } = await begun(TWO_STEPS, 1);
    const failed = stepOf(operation, { onError: 'continue' });
    await world.store.recordOutcome({ ...failed, outcome: 'FAILED', completedAtMs: NOON });
    await act(world, input);
    expect(world.runbooks.sent).toHaveLength(1);
  });

  it.each(['COMPLETED', 'FAILED'] as const)('does nothing for an operation that is %s', async (state) => {
    const { world, operation, input } = await begun();
    await world.store.conclude({
      ...input,
      strategyId: 'restart',
      state,
      result: 'FAILED',
      completedAtMs: NOON,
      cooldownUntilMs: NOON,
      cooldownScope: 'component',
    });
    await act(world, input);
    expect(world.runbooks.sent).toEqual([]);
    expect(world.tokens.completed).toMatchObject([
      { error: 'StepRefused', cause: `operation ${operation.operationId} ended as ${state}` },
    ]);
  });

  it('does not start after the repair’s time, or while the repair is rolled back', async () => {
    const late = await begun();
    late.world.clock.now = late.operation.deadlineMs;
    await act(late.world, late.input);
    const undone = await begun();
    await undone.world.store.beginRollback(undone.operation.operationId, { error: 'e', cause: 'c' }, []);
    await act(undone.world, undone.input);
    for (const { world } of [late, undone]) {
      expect(world.runbooks.sent).toEqual([]);
      expect(world.tokens.completed).toMatchObject([{ error: 'StepRefused' }]);
    }
  });

  it('starts even then if it undoes something: the plan promises it', async () => {
    const { world, operation, input } = await begun();
    await world.store.beginRollback(operation.operationId, { error: 'e', cause: 'c' }, []);
    world.clock.now = operation.deadlineMs + 1;
    await act(world, { ...input, step: { ...input.step, stepId: 'rollback-0' } });
    expect(world.runbooks.sent).toHaveLength(1);
  });

  it('ends at once if it notifies people', async () => {
    const actions = [{ type: 'notify_soc', params: { message: 'look at web' } }];
    const { world, input } = await begun(configured({ strategies: [{ actions }] }));
    await act(world, input);
    expect(world.notifier.sent).toMatchObject([{ topic: 'soc', body: { message: 'look at web' } }]);
    expect(world.tokens.completed).toMatchObject([{ output: { stepId: 'heal-0', outcome: 'SUCCEEDED' } }]);
    expect(world.metrics.figures).toEqual(['step SUCCEEDED']);
  });
});

describe('an action that is repeated', () => {
  it('goes out again under the same name and on record once, after a crash between the two', async () => {
    const { world, operation, input } = await begun();
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    await expect(act(crashing, input)).rejects.toThrow('crash');
    await act(world, { ...input, taskToken: 'token-2' });
    const [first, second] = world.runbooks.sent;
    // Invariant 2: the host's ledger knows the second by these, and answers it with the first one's result.
    expect(second?.parameters).toEqual(first?.parameters);
    expect(await world.store.listSteps(operation.operationId)).toMatchObject([
      { reference: { id: 'command-2' } },
    ]);
    expect(await world.store.getClaim('web')).toMatchObject({ step: { taskToken: 'token-2' } });
  });

  it('does not go out again once its command was recorded (invariant 2)', async () => {
    const { world, input } = await begun();
    await act(world, input);
    await act(world, { ...input, taskToken: 'token-2' });
    expect(world.runbooks.sent).toHaveLength(1);
    expect(await world.store.getClaim('web')).toMatchObject({ step: { taskToken: 'token-2' } });
  });

  it('answers with its outcome once it has ended', async () => {
    const { world, operation, input } = await begun();
    const done = stepOf(operation, { action: 'start_component' });
    await world.store.recordOutcome({ ...done, outcome: 'SUCCEEDED', completedAtMs: NOON });
    await act(world, input);
    expect(world.runbooks.sent).toEqual([]);
    expect(world.tokens.completed).toEqual([
      { taskToken: 'token-1', output: { stepId: 'heal-0', action: 'start_component', outcome: 'SUCCEEDED' } },
    ]);
  });
});

describe('a notification that is repeated', () => {
  const NOTIFYING = configured({ strategies: [{ actions: [{ type: 'notify_soc' }] }] });

  it('goes out once more after a crash before its outcome is on record, and never again after that', async () => {
    const { world, operation, input } = await begun(NOTIFYING);
    const crashing = withStore(world, { recordOwnOutcome: () => Promise.reject(new Error('crash')) });
    await expect(act(crashing, input)).rejects.toThrow('crash');
    await act(world, { ...input, taskToken: 'token-2' });
    await act(world, { ...input, taskToken: 'token-3' });
    const [first, ...again] = world.notifier.sent;
    expect(again).toEqual([first]);
    expect(await world.store.listSteps(operation.operationId)).toMatchObject([{ outcome: 'SUCCEEDED' }]);
    expect(world.metrics.figures).toEqual(['step SUCCEEDED']);
    expect(world.tokens.completed).toMatchObject(
      ['token-2', 'token-3'].map((taskToken) => ({ taskToken, output: { outcome: 'SUCCEEDED' } })),
    );
  });

  it('goes out twice where two tries run side by side, and has one outcome', async () => {
    const { world, operation, input } = await begun(NOTIFYING);
    await Promise.all([act(world, input), act(world, input)]);
    expect(world.notifier.sent).toHaveLength(2);
    expect(await world.store.listSteps(operation.operationId)).toMatchObject([{ outcome: 'SUCCEEDED' }]);
    expect(world.metrics.figures).toEqual(['step SUCCEEDED']);
  });
});

describe('the targets of an action', () => {
  it('include only those that the alert names', async () => {
    const other = 'i-0123456789abcdef1';
    const components = { web: { targets: { instanceIds: [NODE, other] }, maxConcurrentTargets: 2 } };
    const { world, input } = await begun(configured({ components }), 0, { targets: [other] });
    world.runbooks.nodes = [node(), node(other)];
    await act(world, input);
    expect(world.runbooks.sent).toMatchObject([{ instanceIds: [other], maxConcurrency: 2 }]);
  });

  it.each([
    ['none is found', [], {}, /no managed node of web/],
    ['one is offline', [node(NODE, { online: false })], {}, /offline\): not an online Linux node/],
    ['one is on another platform', [node(NODE, { platform: 'Windows' })], {}, /Windows\): not an online/],
  ])('invariant 10: stay untouched when %s; the step fails', async (_what, nodes, signal, detail) => {
    const { world, operation, input } = await begun(configured(), 0, signal);
    world.runbooks.nodes = nodes;
    await act(world, input);
    expect(world.runbooks.sent).toEqual([]);
    expect(await world.store.getStep(operation.operationId, 'heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringMatching(detail),
    });
    expect(world.tokens.completed).toMatchObject([{ error: 'TargetsUnavailable' }]);
  });

  it('stay untouched, all of them, when one of several is offline', async () => {
    const other = 'i-0123456789abcdef1';
    const components = { web: { targets: { instanceIds: [NODE, other] }, maxConcurrentTargets: 2 } };
    const { world, operation, input } = await begun(configured({ components }));
    world.runbooks.nodes = [node(), node(other, { online: false })];
    await act(world, input);
    expect(world.runbooks.sent).toEqual([]);
    expect(await world.store.getStep(operation.operationId, 'heal-0')).toMatchObject({ outcome: 'FAILED' });
  });

  it('chosen by tags fail the step when there are none, and when the alert names another', async () => {
    const byTags = configured({ components: { web: { targets: { tags: { role: 'web' } } } } });
    const empty = await begun(byTags);
    empty.world.runbooks.nodes = [];
    await act(empty.world, empty.input);
    const foreign = await begun(byTags, 0, { targets: ['i-00000000000000000'] });
    await act(foreign.world, foreign.input);
    for (const { world } of [empty, foreign]) {
      expect(world.runbooks.selectors).toEqual([{ tags: { role: 'web' } }]);
      expect(world.runbooks.sent).toEqual([]);
      expect(world.tokens.completed).toMatchObject([{ error: 'TargetsUnavailable' }]);
    }
  });
});

describe('an API that answers with an error', () => {
  it('fails the step when the error is for good', async () => {
    const { world, input } = await begun();
    world.runbooks.onSend = () => {
      throw new RequestRefused('no such document', { serviceCode: 'InvalidDocument' });
    };
    await act(world, input);
    expect(world.tokens.completed).toMatchObject([
      { error: 'ActionFailed', cause: 'heal-0 start_component FAILED: no such document' },
    ]);
  });

  it('lets the operation continue when a refused step has `onError: continue`', async () => {
    const actions = [{ type: 'start_component', onError: 'continue' }];
    const { world, input } = await begun(configured({ strategies: [{ actions }] }));
    world.runbooks.onSend = () => {
      throw new RequestRefused('no such document', { serviceCode: 'InvalidDocument' });
    };
    await act(world, input);
    expect(world.tokens.completed).toMatchObject([{ output: { outcome: 'FAILED' } }]);
  });

  it('lets the operation continue when a refused notification step has `onError: continue`', async () => {
    const actions = [{ type: 'notify_soc', onError: 'continue' }];
    const { world, input } = await begun(configured({ strategies: [{ actions }] }));
    const notify = () => Promise.reject(new NotFound('no such topic'));
    await act({ ...world, notifier: { notify } }, input);
    expect(world.tokens.completed).toMatchObject([{ output: { outcome: 'FAILED' } }]);
  });

  it('leaves a transient error to the state machine’s retry, and nothing on record', async () => {
    const { world, operation, input } = await begun();
    world.runbooks.onSend = () => {
      throw new ServiceUnavailable('throttled');
    };
    await expect(act(world, input)).rejects.toThrow(ServiceUnavailable);
    expect(await world.store.listSteps(operation.operationId)).toEqual([]);
    expect(world.tokens.completed).toEqual([]);
  });
});
