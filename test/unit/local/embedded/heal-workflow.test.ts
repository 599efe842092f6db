import { describe, expect, it } from 'vitest';
import { TargetBusy } from '../../../../functions/ports/errors.ts';
import type { Invocation } from '../../../../local/embedded/lambda/lambda-service.ts';
import { configured, memoryAlarm } from '../../../factories/configuration.ts';
import { createLab, type LabOptions } from './embedded-lab.ts';

const HOUR_SECONDS = 3_600;

/** One component, healed by two actions, undone by two. */
const strategyOf = (timeoutSeconds = 60) => ({
  actions: [
    { type: 'enter_safe_mode', timeoutSeconds },
    { type: 'start_component', timeoutSeconds },
  ],
  verify: { timeoutSeconds: 20, stableSeconds: 10 },
  rollback: {
    actions: [
      { type: 'graceful_stop', timeoutSeconds },
      { type: 'leave_safe_mode', timeoutSeconds },
    ],
  },
  maxAttempts: 1,
});
/** So often a function is tried in an outage of minutes. */
const OUTAGE_TRIES = 30;
const HEAL = ['heal-0', 'heal-1'];
const UNDO = ['rollback-0', 'rollback-1'];

interface IncidentOptions extends LabOptions {
  /** Whether the actions make the component well. @default true */
  readonly cures?: boolean;
  readonly timeoutSeconds?: number;
}

/** Plays the workflow as it is deployed, for one alarm, to the operation's end. */
async function incident({ cures = true, timeoutSeconds, ...options }: IncidentOptions) {
  const configuration = configured({
    settings: { repairTimeoutSeconds: 4 * HOUR_SECONDS },
    components: {
      web: {
        health: { url: 'https://web.example.com/health' },
        alarms: { memory: { metric: 'memory', threshold: 90, dimensions: {} } },
      },
    },
    strategies: [strategyOf(timeoutSeconds)],
  });
  const lab = await createLab({ ...options, configuration });
  lab.services.sicken('web', { curedBy: cures ? ['start_component'] : [] });
  await lab.cloud.alarms.setAlarmState(memoryAlarm(), 'ALARM', 'memory is too high');
  expect(await lab.settle(6 * HOUR_SECONDS * 1_000)).toBe(true);

  const [operation, ...others] = await lab.operations();
  if (!operation) throw new Error('nothing was admitted');
  expect(others).toEqual([]);
  expect(lab.cloud.defects()).toEqual([]);
  return {
    operation,
    steps: await lab.cloud.store.listSteps(operation.operationId),
    /** What was done on the host, in order. */
    done: lab.hosts.effects().map(({ stepId }) => stepId),
    executions: lab.cloud.stepFunctions.listExecutions(lab.cloud.healArn),
    told: lab.cloud.notifier
      .notifications()
      .filter(({ body }) => body['operationId'] === operation.operationId),
  };
}

const stepOf = ({ payload }: Invocation) =>
  (payload as { readonly step?: { readonly stepId: string } }).step?.stepId;

/** A function that ends with this error `times` times when it is invoked for the same. */
function breaking(errorType: string, isMeant: (invocation: Invocation) => boolean, times = 1): LabOptions {
  const broken = new Map<string, number>();
  return {
    interceptInvocation: async (invocation, proceed) => {
      const what = `${invocation.functionName} ${stepOf(invocation)}`;
      const before = broken.get(what) ?? 0;
      if (!isMeant(invocation) || before >= times) return await proceed();
      broken.set(what, before + 1);
      return { functionError: { errorType, errorMessage: 'broken' } };
    },
  };
}

const isAct = ({ functionName }: Invocation) => functionName === 'selfheal-act';
const isHealing = (invocation: Invocation) => !stepOf(invocation)?.startsWith('rollback');

describe('a repair', () => {
  it.each(['StoreUnavailable', 'ServiceUnavailable', 'Sandbox.Timedout', 'Runtime.ExitError'])(
    'is carried out although the function fails at each action at first, with %s',
    async (errorType) => {
      const { operation, done } = await incident(breaking(errorType, isAct));
      expect(operation).toMatchObject({ state: 'COMPLETED' });
      expect(done).toEqual(HEAL);
    },
  );

  it.each([3, 200])(
    'is carried out although its target was busy at %i tries, and the function then fails four times',
    async (busyTries) => {
      let tries = 0;
      const interceptInvocation: LabOptions['interceptInvocation'] = async (invocation, proceed) => {
        if (!isAct(invocation) || stepOf(invocation) !== 'heal-0') return await proceed();
        tries += 1;
        if (tries > busyTries + 4) return await proceed();
        const errorType = tries > busyTries ? 'StoreUnavailable' : new TargetBusy('').name;
        return { functionError: { errorType, errorMessage: 'it is backing-up' } };
      };
      const { operation, done } = await incident({ interceptInvocation });
      expect(operation).toMatchObject({ state: 'COMPLETED' });
      expect(done).toEqual(HEAL);
    },
  );

  it('waits for actions that take as long as actions may', async () => {
    const perform = () => ({ takesMs: (HOUR_SECONDS - 10) * 1_000 });
    const { operation, steps, done } = await incident({ perform, timeoutSeconds: HOUR_SECONDS });
    expect(operation).toMatchObject({ state: 'COMPLETED' });
    expect(steps).toMatchObject([{ outcome: 'SUCCEEDED' }, { outcome: 'SUCCEEDED' }]);
    expect(done).toEqual(HEAL);
  });

  it.each([1, OUTAGE_TRIES])(
    'a verified repair is not undone if its end is recorded only at try %i',
    async (tries) => {
      const isConclusion = ({ functionName }: Invocation) => functionName === 'selfheal-conclude';
      const { operation, done } = await incident(breaking('StoreUnavailable', isConclusion, tries));
      expect(operation).toMatchObject({ state: 'COMPLETED' });
      expect(done).toEqual(HEAL);
    },
  );
});

describe('a repair that fails', () => {
  it('is undone by its own execution, at once: no event of its end is needed', async () => {
    const perform = ({ stepId }: { readonly stepId: string }) => ({
      takesMs: 3_000,
      exitCode: stepId === 'heal-0' ? 1 : 0,
    });
    const { operation, done, executions, told } = await incident({ perform });
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'ActionFailed' } });
    expect(done).toEqual(['heal-0', ...UNDO]);
    expect(executions).toMatchObject([{ name: operation.operationId, error: 'ActionFailed' }]);
    expect(told).toMatchObject([{ topic: 'architect' }]);
  });

  it.each(['selfheal-diagnose', 'selfheal-act', 'selfheal-verify'])(
    'is undone by its own execution if it fails because %s is broken',
    async (broken) => {
      const isMeant = (invocation: Invocation) => invocation.functionName === broken && isHealing(invocation);
      const { operation, done, executions } = await incident(
        breaking('TypeError', isMeant, Number.POSITIVE_INFINITY),
      );
      expect(operation).toMatchObject({
        state: 'FAILED',
        failure: { error: 'TypeError', cause: expect.stringContaining('broken') },
      });
      expect(done.slice(-2)).toEqual(UNDO);
      expect(executions.map(({ name }) => name)).toEqual([operation.operationId]);
    },
  );

  it.each(['StoreUnavailable', 'ServiceUnavailable', 'Sandbox.Timedout', 'Runtime.ExitError'])(
    'is undone although the function fails at each undo step at first, with %s',
    async (errorType) => {
      const isUndo = (invocation: Invocation) => isAct(invocation) && !isHealing(invocation);
      const { operation, done } = await incident({ cures: false, ...breaking(errorType, isUndo) });
      expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
      expect(done).toEqual([...HEAL, ...UNDO]);
    },
  );

  it.each([
    ['prepare-rollback', 'StoreUnavailable', OUTAGE_TRIES],
    ['prepare-rollback', 'ServiceUnavailable', OUTAGE_TRIES],
    ['act', 'ServiceUnavailable', 12],
    ['escalate', 'ServiceUnavailable', OUTAGE_TRIES],
  ])('is undone after an outage in which %s fails with %s %i times', async (name, errorType, tries) => {
    const isMeant = (invocation: Invocation) =>
      invocation.functionName === `selfheal-${name}` && (name !== 'act' || !isHealing(invocation));
    const { done, executions, told } = await incident({
      cures: false,
      ...breaking(errorType, isMeant, tries),
    });
    expect(done).toEqual([...HEAL, ...UNDO]);
    expect(executions).toHaveLength(1);
    expect(told).toMatchObject([
      { body: { message: expect.stringContaining('The repair was rolled back.') } },
    ]);
  });

  it('has its other undo steps done when one of them fails (invariant 8)', async () => {
    const perform = ({ stepId }: { readonly stepId: string }) => ({
      takesMs: 3_000,
      exitCode: stepId === 'rollback-0' ? 1 : 0,
    });
    const { operation, steps, executions, told } = await incident({ cures: false, perform });
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
    expect(steps.map(({ stepId, outcome }) => `${stepId} ${outcome}`)).toEqual(
      expect.arrayContaining(['rollback-0 FAILED', 'rollback-1 SUCCEEDED']),
    );
    expect(executions).toHaveLength(1);
    expect(told).toMatchObject([
      { body: { message: expect.stringContaining('did not succeed: rollback-0 graceful_stop.') } },
    ]);
  });

  it('does not end before its undo steps do, however long they take', async () => {
    const perform = ({ stepId }: { readonly stepId: string }) => ({
      takesMs: stepId.startsWith('rollback') ? (HOUR_SECONDS - 10) * 1_000 : 3_000,
    });
    const played = await incident({ cures: false, perform, timeoutSeconds: HOUR_SECONDS });
    expect(played.steps.slice(-3)).toMatchObject([
      { stepId: 'rollback-0', outcome: 'SUCCEEDED' },
      { stepId: 'rollback-1', outcome: 'SUCCEEDED' },
      { stepId: 'escalate-0' },
    ]);
    const message = expect.stringContaining('The repair was rolled back.');
    expect(played.told).toMatchObject([{ body: { message } }]);
  });
});
