import { describe, expect, it } from 'vitest';
import { act } from '../../../functions/app/heal/act.ts';
import { conclude } from '../../../functions/app/heal/conclude.ts';
import { diagnoseOperation } from '../../../functions/app/heal/diagnose.ts';
import { escalate } from '../../../functions/app/heal/escalate.ts';
import { prepareRollback } from '../../../functions/app/heal/prepare-rollback.ts';
import { verify } from '../../../functions/app/heal/verify.ts';
import { commandStatus } from '../../../functions/app/recover/command-status.ts';
import { executionEnded } from '../../../functions/app/recover/execution-ended.ts';
import { reconcileExecution } from '../../../functions/app/recover/reconcile-execution.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import { undoExecutionName } from '../../../functions/core/operation/operation-id.ts';
import {
  NotPermitted,
  RequestRefused,
  ServiceUnavailable,
  StoreUnavailable,
} from '../../../functions/ports/errors.ts';
import { configured, withMemoryAlarm } from '../../factories/configuration.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { admitted, createWorld, inputOf, plannedStep, type World } from '../../factories/ports/world.ts';

const ACTION = 'dynamodb:PutItem';
const KINDS = {
  unavailable: (port: string) =>
    port === 'store' ? new StoreUnavailable('throttled') : new ServiceUnavailable('throttled'),
  'not permitted': () => new NotPermitted({ action: ACTION, role: 'selfheal-act' }),
  refused: () => new RequestRefused('refused for good'),
  defect: () => new TypeError('x is not a function'),
} as const;
type Kind = keyof typeof KINDS;

interface Scenario {
  readonly world: World;
  readonly run: (world: World) => Promise<unknown>;
}

interface UseCase {
  readonly prepare: () => Promise<Scenario>;
  /** The calls that it makes, and what it makes of an error that it does not pass on. */
  readonly calls: Readonly<Record<string, Partial<Record<Kind, (world: World, answer: unknown) => unknown>>>>;
}

const failure = { error: 'ActionFailed', cause: 'exit code 1' };
const repair = { strategies: [{ actions: [{ type: 'start_component', onError: 'rollback' }] }] };
const telling = configured({ strategies: [{ actions: [{ type: 'notify_soc' }] }] });
const verifiedBy = (by: string) =>
  configured({ strategies: [{ verify: { by, timeoutSeconds: 30, stableSeconds: 10 } }] });
const versioned = configured({ components: { web: withMemoryAlarm({ configPaths: ['/etc/web.conf'] }) } });

const admittedTo = async (configuration = configured(repair)) => {
  const world = createWorld(configuration);
  return { world, operation: await admitted(world) };
};
const underWay = async (configuration = configured(repair)) => {
  const { world, operation } = await admittedTo(configuration);
  await act(world, { ...inputOf(operation), step: plannedStep(world, operation) });
  return { world, operation };
};

const stepFailed = async (world: World) => {
  const [step] = await world.store.listSteps((await world.store.listOperations(1))[0]?.operationId ?? '');
  expect(step).toMatchObject({ outcome: 'FAILED' });
  expect(step?.detail).toMatch(new RegExp(`${ACTION}|refused for good`));
  expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
};
const limitsUnknown = (_: World, answer: unknown) =>
  expect(answer).toMatchObject({ decision: 'refuse', reason: 'LIMITS_UNKNOWN' });
const stillWaiting = (world: World) =>
  expect(world.tokens.completed).toMatchObject([
    { output: { verdict: 'waiting', detail: 'last look: no-answer' } },
  ]);
const notRecovered = (world: World) =>
  expect(world.tokens.completed).toMatchObject([{ output: { verdict: 'failed' } }]);
const completedWithWarning = async (world: World) => {
  const [operation] = await world.store.listOperations(1);
  expect(operation).toMatchObject({ state: 'COMPLETED', result: 'SUCCESS' });
  expect(operation?.warnings).toHaveLength(1);
};

/** An operation is over only when people know of it, and when that is on record. */
const ENDED_LATE = {
  'store.getOperation': {},
  'store.getPlan': {},
  'store.listSteps': {},
  'notifier.notify': {},
  'store.recordOutcome': {},
  'store.conclude': {},
};

const USE_CASES: Readonly<Record<string, UseCase>> = {
  triage: {
    prepare: async () => ({
      world: createWorld(),
      run: (world) => triage(world, signalEvent({ component: 'web', metric: 'memory' })),
    }),
    calls: {
      'store.readLimits': { unavailable: limitsUnknown },
      'store.admit': { unavailable: limitsUnknown },
    },
  },
  'triage that refuses': {
    prepare: async () => ({
      world: createWorld(),
      run: (world) => triage(world, signalEvent({ component: 'web', metric: 'unheard-of' })),
    }),
    calls: { 'store.recordRefusal': {} },
  },
  diagnose: {
    prepare: async () => {
      const { world, operation } = await admittedTo();
      return { world, run: (deps) => diagnoseOperation(deps, operation) };
    },
    calls: { 'store.getOperation': {}, 'store.getPlan': {} },
  },
  'act on hosts': {
    prepare: async () => {
      const { world, operation } = await admittedTo();
      const input = { ...inputOf(operation), step: plannedStep(world, operation) };
      return { world, run: (deps) => act(deps, input) };
    },
    calls: {
      'store.getOperation': {},
      'store.getPlan': {},
      'store.beginStep': {},
      'store.listSteps': {},
      'runbooks.resolveTargets': { 'not permitted': stepFailed, refused: stepFailed },
      'runbooks.send': { 'not permitted': stepFailed, refused: stepFailed },
    },
  },
  'act by a notification': {
    prepare: async () => {
      const { world, operation } = await admittedTo(telling);
      const input = { ...inputOf(operation), step: plannedStep(world, operation) };
      return { world, run: (deps) => act(deps, input) };
    },
    calls: {
      'notifier.notify': { 'not permitted': stepFailed, refused: stepFailed },
      'store.recordOwnOutcome': {},
      'store.getClaim': {},
      'tokens.succeed': {},
    },
  },
  'verify by an alarm': {
    prepare: async () => {
      const { world, operation } = await admittedTo(verifiedBy('alarm'));
      const input = { ...inputOf(operation), verification: { round: 0 } };
      return { world, run: (deps) => verify(deps, input) };
    },
    calls: {
      'store.getOperation': {},
      'store.getPlan': {},
      'store.beginStep': {},
      'alarms.states': { unavailable: stillWaiting },
      'tokens.succeed': {},
    },
  },
  'verify by a runbook': {
    prepare: async () => {
      const { world, operation } = await admittedTo(verifiedBy('runbook'));
      const input = { ...inputOf(operation), verification: { round: 0 } };
      return { world, run: (deps) => verify(deps, input) };
    },
    calls: {
      'runbooks.resolveTargets': { refused: notRecovered },
      'runbooks.send': { refused: notRecovered },
      'store.recordStep': {},
    },
  },
  'a status event': {
    prepare: async () => {
      const { world } = await underWay();
      const { commandId, document, status } = world.runbooks.ends('Success');
      return { world, run: (deps) => commandStatus(deps, { commandId, document, status }) };
    },
    calls: {
      'runbooks.getCommand': {},
      'store.getStep': {},
      'runbooks.listInvocations': {},
      'store.recordOutcome': {},
      'store.getClaim': {},
      'tokens.succeed': {},
    },
  },
  'prepare rollback': {
    prepare: async () => {
      const { world, operation } = await underWay();
      return { world, run: (deps) => prepareRollback(deps, { ...operation, failure }) };
    },
    calls: {
      'store.getOperation': {},
      'store.getPlan': {},
      'store.getClaim': {},
      'store.listSteps': {},
      'store.beginRollback': {},
    },
  },
  escalate: {
    prepare: async () => {
      const { world, operation } = await admittedTo();
      return { world, run: (deps) => escalate(deps, { ...operation, failure }) };
    },
    calls: {
      'store.getOperation': {},
      'store.listSteps': {},
      'store.getPlan': {},
      'notifier.notify': {},
      'store.recordOutcome': {},
    },
  },
  conclude: {
    prepare: async () => {
      const { world, operation } = await admittedTo(versioned);
      return { world, run: (deps) => conclude(deps, { ...inputOf(operation), state: 'COMPLETED' }) };
    },
    calls: {
      'store.getOperation': {},
      'store.getClaim': {},
      'store.getPlan': {},
      'runbooks.resolveTargets': {
        unavailable: completedWithWarning,
        'not permitted': completedWithWarning,
        refused: completedWithWarning,
      },
      'runbooks.send': {
        unavailable: completedWithWarning,
        'not permitted': completedWithWarning,
        refused: completedWithWarning,
      },
      'store.conclude': {},
    },
  },
  'an execution that was stopped': {
    prepare: async () => {
      const { world, operation } = await admittedTo();
      const ended = { name: operation.operationId, status: 'ABORTED' };
      return { world, run: (deps) => executionEnded(deps, ended) };
    },
    calls: { 'store.getOperation': {}, 'store.getClaim': {}, 'store.takeOver': {}, 'executions.start': {} },
  },
  'an undoing execution that was stopped': {
    prepare: async () => {
      const { world, operation } = await underWay();
      await executionEnded(world, { name: operation.operationId, status: 'ABORTED' });
      const ended = { name: undoExecutionName(operation.operationId), status: 'ABORTED' };
      return { world, run: (deps) => executionEnded(deps, ended) };
    },
    calls: ENDED_LATE,
  },
  'an execution that could not conclude': {
    prepare: async () => {
      const { world, operation } = await admittedTo();
      const problem = { error: 'StoreUnavailable', cause: 'throttled' };
      const cause = JSON.stringify({ state: 'FAILED', failure, problem });
      const ended = { name: operation.operationId, status: 'FAILED', error: 'NotConcluded', cause };
      return { world, run: (deps) => executionEnded(deps, ended) };
    },
    calls: ENDED_LATE,
  },
  'a round that finds an undoing execution gone': {
    prepare: async () => {
      const { world, operation } = await underWay();
      await executionEnded(world, { name: operation.operationId, status: 'ABORTED' });
      world.executions.statuses.set(undoExecutionName(operation.operationId), 'TIMED_OUT');
      world.clock.now += 60_000;
      const [claim] = await world.store.listClaims();
      if (!claim) throw new Error('nothing is claimed');
      return { world, run: (deps) => reconcileExecution(deps, claim) };
    },
    calls: { ...ENDED_LATE, 'executions.describe': {} },
  },
};

/** The world with one method of one of its ports failing. */
function failing(world: World, call: string, error: Error): World {
  const [port = '', method = ''] = call.split('.');
  const ports = world as unknown as Readonly<Record<string, object>>;
  return { ...world, [port]: { ...ports[port], [method]: () => Promise.reject(error) } };
}

const CASES = Object.entries(USE_CASES).flatMap(([name, { prepare, calls }]) =>
  Object.entries(calls).flatMap(([call, tolerated]) =>
    (Object.keys(KINDS) as Kind[]).map((kind) => ({ name, prepare, call, kind, tolerated: tolerated[kind] })),
  ),
);

describe('a use case whose port fails', () => {
  it.each(CASES)('$name: $call, $kind', async ({ prepare, call, kind, tolerated }) => {
    const { world, run } = await prepare();
    const before = world.tokens.completed.length;
    const error = KINDS[kind](call.split('.')[0] ?? '');
    const outcome = await run(failing(world, call, error)).then(
      (answer) => ({ answer }),
      (thrown: unknown) => ({ thrown }),
    );
    if (tolerated) {
      expect(outcome).not.toHaveProperty('thrown');
      await tolerated(world, 'answer' in outcome ? outcome.answer : undefined);
      return;
    }
    // Passed on as it is, so that state machines can tell the kinds apart, and nothing said of the component.
    expect(outcome).toEqual({ thrown: error });
    expect(world.tokens.completed.slice(before)).toEqual([]);
    for (const { state } of await world.store.listOperations(9))
      expect(['COMPLETED', 'FAILED']).not.toContain(state);
  });
});
