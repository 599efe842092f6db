import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import { automationStatus } from '../../../../functions/app/recover/automation-status.ts';
import { reconcileStep } from '../../../../functions/app/recover/reconcile-step.ts';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { RequestRefused } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { admitted, createWorld, inputOf, withStore } from '../../../factories/ports/world.ts';

const CLUSTER = 'orders';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ROLE = 'arn:aws:iam::123456789012:role/automation';

/** An admitted operation whose strategy runs an automation. */
async function scaling(more: object = {}, maxConcurrentTargets = 1) {
  const params = {
    document: 'Acme-ScaleCluster',
    accepts: { Clusters: { type: 'StringList' }, Direction: { type: 'String' }, stepId: { type: 'String' } },
    targetsParameter: 'Clusters',
    parameters: { Direction: 'up' },
    undoParameters: { Direction: 'down' },
    ...more,
  };
  const world = createWorld(
    configured({
      components: {
        web: {
          targets: { custom: CLUSTER },
          service: undefined,
          alarms: undefined,
          health: { url: 'https://orders.example.com/' },
          signals: ['memory'],
          maxConcurrentTargets,
        },
      },
      strategies: [{ actions: [{ type: 'run_automation', params, onError: 'rollback' }] }],
    }),
  );
  const operation = await admitted(world);
  const step = (stepId: StepId, planned: object = {}) =>
    act(world, { ...inputOf(operation, `token-${stepId}`), step: { stepId, ...planned } });
  const ended = (status: string, why?: string) =>
    automationStatus(world, { executionId: world.automations.ends(status, why), status });
  const record = (stepId: StepId) => world.store.getStep(operation.operationId, stepId);
  const undone = () =>
    prepareRollback(world, {
      operationId: operation.operationId,
      failure: { error: 'ActionFailed', cause: 'broken' },
    });
  return { world, operation, step, ended, record, undone };
}

describe('an automation', () => {
  it('starts with its own parameters, the targets, its role, and what it declares of the ledger', async () => {
    const { world, step, record } = await scaling({ role: ROLE, version: '3' });
    await step('heal-0');
    expect(world.automations.started).toEqual([
      {
        document: 'Acme-ScaleCluster',
        version: '3',
        parameters: {
          Clusters: [CLUSTER],
          Direction: 'up',
          AutomationAssumeRole: ROLE,
          stepId: 'heal-0',
        },
        clientToken: expect.stringMatching(UUID),
        executionId: 'execution-1',
      },
    ]);
    expect(await record('heal-0')).toMatchObject({
      reference: { executor: 'automation', id: 'execution-1' },
      targets: [CLUSTER],
    });
  });

  it('ends its step with its event', async () => {
    const { world, step, ended, record } = await scaling();
    await step('heal-0');
    expect(await ended('Success')).toBe('settled');
    expect(await record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: [CLUSTER] });
    expect(world.tokens.completed).toMatchObject([{ output: { outcome: 'SUCCEEDED' } }]);
  });

  it.each([
    ['Failed', 'FAILED'],
    ['TimedOut', 'TIMED_OUT'],
    ['Cancelled', 'CANCELLED'],
    ['Rejected', 'FAILED'],
    ['SomethingNew', 'UNKNOWN'],
  ])('in state %s ends its step as %s, and says why', async (status, outcome) => {
    const { step, ended, record } = await scaling();
    await step('heal-0');
    await ended(status, 'no capacity');
    expect(await record('heal-0')).toMatchObject({
      outcome,
      detail: expect.stringContaining(`${status}: no capacity`),
    });
  });

  it.each(['Pending', 'InProgress', 'Waiting', 'PendingApproval', 'Cancelling'])(
    'goes on while it is %s',
    async (status) => {
      const { step, ended, record } = await scaling();
      await step('heal-0');
      expect(await ended(status)).toBe('running');
      expect((await record('heal-0'))?.outcome).toBeUndefined();
    },
  );

  it('causes a single lookup if it ends while no operation is in flight', async () => {
    const world = createWorld();
    let looks = 0;
    const readFleet = async () => {
      looks += 1;
      return await world.store.readFleet();
    };
    const change = { executionId: 'another', status: 'Success' };
    expect(await automationStatus(withStore(world, { readFleet }), change)).toBe('foreign');
    expect(looks).toBe(1);
  });

  it('ignores an automation that somebody else started', async () => {
    const { world, step } = await scaling();
    await step('heal-0');
    const beganMs = world.clock.now;
    let looks = 0;
    const readFleet = async () => {
      looks += 1;
      return await world.store.readFleet();
    };
    const change = { executionId: 'another', status: 'Success' };
    expect(await automationStatus(withStore(world, { readFleet }), change)).toBe('foreign');
    // Its step may be recorded only after its event: it is looked for four times, half a second later each time.
    expect(looks).toBe(4);
    expect(world.clock.now - beganMs).toBe(500 + 1_000 + 1_500);
  });

  it('starts again under the same token, and so not twice, where its id was not recorded', async () => {
    const { world, operation, step, record } = await scaling();
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    await expect(act(crashing, { ...inputOf(operation), step: { stepId: 'heal-0' } })).rejects.toThrow(
      'crash',
    );
    await step('heal-0');
    expect(world.automations.started).toHaveLength(1);
    expect((await record('heal-0'))?.reference).toEqual({ executor: 'automation', id: 'execution-1' });
  });

  it('has its step tried again if it was started with other values', async () => {
    const { world, operation, step, record } = await scaling();
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    await expect(act(crashing, { ...inputOf(operation), step: { stepId: 'heal-0' } })).rejects.toThrow(
      'crash',
    );
    const serviceCode = 'IdempotentParameterMismatch';
    Object.assign(world.automations, {
      start: () => Promise.reject(new RequestRefused('ssm:StartAutomationExecution', { serviceCode })),
    });
    await expect(step('heal-0')).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: 'Acme-ScaleCluster was started by an earlier try with other values, and its id is not known',
    });
    expect(await record('heal-0')).toBeUndefined();
  });

  it('fails if it is refused for any other reason', async () => {
    const { world, step, record } = await scaling();
    Object.assign(world.automations, {
      start: () => Promise.reject(new RequestRefused('no such version', { serviceCode: 'InvalidDocument' })),
    });
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({ outcome: 'FAILED', detail: 'no such version' });
  });

  it('has its end found by the reconciler if its event was lost', async () => {
    const { world, step, record } = await scaling();
    await step('heal-0');
    world.automations.ends('Success');
    world.clock.now += 60_000;
    const claim = await world.store.getClaim('web');
    await reconcileStep(world, { ...(claim as NonNullable<typeof claim>), component: 'web' });
    expect(await record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'Acme-ScaleCluster ended as Success',
    });
  });

  it('stops past its time-out', async () => {
    const { world, step, record } = await scaling();
    await step('heal-0');
    world.clock.now += 400_000;
    const claim = await world.store.getClaim('web');
    await reconcileStep(world, { ...(claim as NonNullable<typeof claim>), component: 'web' });
    expect(world.automations.stopped).toEqual(['execution-1']);
    expect(await record('heal-0')).toMatchObject({
      outcome: 'TIMED_OUT',
      detail: expect.stringContaining('automation execution-1 cancelled'),
    });
  });

  it('may still act if it cannot be stopped past its time-out', async () => {
    const { world, step, record } = await scaling();
    await step('heal-0');
    Object.assign(world.automations, { stop: () => Promise.reject(new RequestRefused('not now')) });
    world.clock.now += 400_000;
    const claim = await world.store.getClaim('web');
    await reconcileStep(world, { ...(claim as NonNullable<typeof claim>), component: 'web' });
    expect(await record('heal-0')).toMatchObject({
      outcome: 'TIMED_OUT',
      detail:
        'no end after its time-out; automation execution-1 could not be cancelled, and may still act; last seen: Acme-ScaleCluster is InProgress',
    });
  });

  it('may have been begun if its id was never recorded', async () => {
    const { world, operation, record } = await scaling();
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    await expect(act(crashing, { ...inputOf(operation), step: { stepId: 'heal-0' } })).rejects.toThrow(
      'crash',
    );
    world.clock.now += 400_000;
    const claim = await world.store.getClaim('web');
    await reconcileStep(world, { ...(claim as NonNullable<typeof claim>), component: 'web' });
    expect(await record('heal-0')).toMatchObject({
      action: 'run_automation',
      outcome: 'TIMED_OUT',
      detail: 'no end after its time-out; it may have been begun, and it is not known whether it has ended',
    });
  });

  it('undoes what it did with its undo parameters', async () => {
    const { world, step, ended, undone } = await scaling();
    await step('heal-0');
    await ended('Failed');
    const { steps } = await undone();
    for (const { stepId, ...planned } of steps) await step(stepId, planned);
    expect(world.automations.started.map(({ parameters }) => parameters['Direction'])).toEqual([
      'up',
      'down',
    ]);
  });

  it('may still act if nobody knows whether it was started, and its undo waits', async () => {
    const { world, operation, undone } = await scaling();
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    await expect(act(crashing, { ...inputOf(operation), step: { stepId: 'heal-0' } })).rejects.toThrow(
      'crash',
    );
    await expect(undone()).rejects.toMatchObject({ code: 'ACTIONS_STILL_RUNNING' });
  });
});
