import { describe, expect, it } from 'vitest';
import { automationStatus } from '../../../../functions/app/recover/automation-status.ts';
import { executionEnded } from '../../../../functions/app/recover/execution-ended.ts';
import { reconcileExecution } from '../../../../functions/app/recover/reconcile-execution.ts';
import { recoverOperation } from '../../../../functions/app/recover/recover-operation.ts';
import { conclusionOf, NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf, withStore } from '../../../factories/ports/world.ts';

const FAILURE = { error: 'NotRecovered', cause: 'still failing' };

async function running() {
  const world = createWorld();
  const operation = await admitted(world);
  const claim = await world.store.getClaim('web');
  if (!claim) throw new Error('nothing is claimed');
  const stored = async () => await world.store.getOperation(operation.operationId);
  return { world, operation, claim, stored };
}

describe('an operation whose execution has gone', () => {
  it('is left alone once it has ended', async () => {
    const { world, operation, claim, stored } = await running();
    await world.store.conclude(conclusionOf(operation));
    const ended = (await stored()) ?? operation;
    const gone = { undoing: false, failure: FAILURE, conclusion: undefined };
    expect(await recoverOperation(world, ended, claim, gone)).toBe('untouched');
  });

  it('ends as its execution was about to end it, which says why it could not', async () => {
    const { world, operation, claim, stored } = await running();
    const problem = { error: 'States.Timeout', cause: 'it took too long' };
    const conclusion = { state: 'COMPLETED', problem } as const;
    const gone = { undoing: false, failure: FAILURE, conclusion };
    expect(await recoverOperation(world, operation, claim, gone as never)).toBe('ended');
    expect(await stored()).toMatchObject({
      state: 'COMPLETED',
      warnings: ['Its execution could not conclude it: States.Timeout: it took too long'],
    });
  });

  it('is left alone where its component is claimed by another operation', async () => {
    const { world, operation, claim, stored } = await running();
    const other = withStore(world, { getClaim: async () => ({ ...claim, operationId: 'other' }) });
    await executionEnded(other, { name: operation.operationId, status: 'FAILED' } as never);
    expect(await stored()).toEqual(operation);
    expect(world.executions.started).toEqual([]);
  });

  it('is not begun again while it is being rolled back', async () => {
    const { world, operation, claim } = await running();
    await world.store.beginRollback(operation.operationId, FAILURE, []);
    world.clock.now += 120_000;
    const started: string[] = [];
    const executions = {
      describe: async () => ({ status: 'NOT_FOUND' }),
      start: async (name: string) => void started.push(name),
    };
    const deps = { ...world, executions } as never;
    await reconcileExecution(deps, { ...claim, component: 'web' });
    expect(started).toHaveLength(1);
    expect(started).not.toContain(operation.operationId);
  });

  it('is a person’s to end where it is not on record', async () => {
    const { world, claim } = await running();
    const lost = { ...claim, operationId: 'none', component: 'web' };
    await expect(reconcileExecution(world, lost)).rejects.toMatchObject({
      ...{ name: 'OperationNotEndable', code: 'OPERATION_NOT_ENDABLE' },
    });
  });
});

describe('an event of an automation', () => {
  const ENDED = { executionId: 'execution-1', status: 'Success' };

  it('asks nothing while the automation runs', async () => {
    const { world } = await running();
    const deps = withStore(world, { readFleet: () => Promise.reject(new Error('asked')) });
    expect(await automationStatus(deps, { ...ENDED, status: 'InProgress' })).toBe('running');
  });

  it.each([
    ['a command of the same id', { executor: 'run_command', id: 'execution-1' }],
    ['another automation', { executor: 'automation', id: 'execution-2' }],
    ['nothing', undefined],
  ] as const)('is nobody’s where the step under way waits for %s', async (_, reference) => {
    const { world, operation } = await running();
    const pending = {
      stepId: 'heal-0',
      order: 1,
      taskToken: 'token',
      startedAtMs: NOON,
      deadlineMs: NOON,
    } as const;
    await world.store.beginStep(inputOf(operation), pending, NOON + 60_000);
    const deps = withStore(world, {
      getStep: async () => (reference ? ({ reference } as never) : ({} as never)),
    });
    expect(await automationStatus(deps, ENDED)).toBe('foreign');
  });

  it('is nobody’s where no step is under way', async () => {
    const { world } = await running();
    expect(await automationStatus(world, ENDED)).toBe('foreign');
    const unclaimed = withStore(world, { getClaim: async () => undefined });
    expect(await automationStatus(unclaimed, ENDED)).toBe('foreign');
  });
});
