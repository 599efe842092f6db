import { describe, expect, it } from 'vitest';
import {
  noteDenial as noteDenialOf,
  notingDenials,
  notingPort,
  notingPorts,
} from '../../../functions/app/denials.ts';
import { conclude } from '../../../functions/app/heal/conclude.ts';
import { diagnoseOperation } from '../../../functions/app/heal/diagnose.ts';
import { commandStatus } from '../../../functions/app/recover/command-status.ts';
import { executionEnded } from '../../../functions/app/recover/execution-ended.ts';
import { reconcile } from '../../../functions/app/recover/reconcile.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import { DENIAL_REPEATS_AFTER_MS } from '../../../functions/core/denial.ts';
import { NotPermitted, ServiceUnavailable } from '../../../functions/ports/errors.ts';
import { configured, withMemoryAlarm } from '../../factories/configuration.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf, type World, withStore } from '../../factories/ports/world.ts';

const DENIAL = {
  action: 'cloudwatch:DescribeAlarms',
  resource: 'arn:aws:cloudwatch:us-east-1:1:alarm:*',
  role: 'selfheal-reconcile',
};
const denied = (denial = DENIAL) => Promise.reject(new NotPermitted(denial));
const signal = signalEvent({ component: 'web', metric: 'memory' });

/** What the architect was notified of permissions. */
const notices = (world: World) =>
  world.notifier.sent.filter(({ body }) => body['kind'] === 'permission-missing');

describe('a missing permission of the diagnosis', () => {
  it('goes on record at once, because a retry may end in another error', async () => {
    const world = createWorld();
    const operation = await admitted(world);
    const blind = withStore(world, { getPlan: () => denied() });
    await expect(diagnoseOperation(blind, operation)).rejects.toThrow(NotPermitted);
    expect(await world.store.listDenials()).toMatchObject([DENIAL]);
  });
});

describe('a missing permission of the reconciler', () => {
  it('reaches the architect with action, resource and role, and not again with each round', async () => {
    const world = createWorld();
    const blind = { ...world, alarms: { ...world.alarms, inAlarm: () => denied() } };
    for (let round = 0; round < 3; round += 1) {
      const { problems } = await reconcile(blind);
      expect(problems).toEqual([expect.stringContaining('cloudwatch:DescribeAlarms')]);
      world.clock.now += 60_000;
    }
    expect(notices(world)).toMatchObject([
      { topic: 'architect', subject: 'Selfheal lacks a permission: cloudwatch:DescribeAlarms', body: DENIAL },
    ]);
    const said = notices(world)[0]?.body['message'];
    expect(said).toMatch(
      /^Selfheal lacks a permission\. .*cloudwatch:DescribeAlarms.*\. Until it is granted, /,
    );
    expect(said).toMatch(/No repair is undone because of it\. Deploy the stacks again, or find the policy /);
  });

  it('reaches the architect again after a day, as long as it lasts', async () => {
    const world = createWorld();
    const blind = { ...world, alarms: { ...world.alarms, inAlarm: () => denied() } };
    await reconcile(blind);
    world.clock.now += DENIAL_REPEATS_AFTER_MS + 1;
    await reconcile(blind);
    expect(notices(world)).toHaveLength(2);
  });

  it('reaches the architect once from an instance that may not even note it', async () => {
    const world = createWorld();
    const blind = withStore(world, {
      listClaims: () => denied({ ...DENIAL, action: 'dynamodb:GetItem' }),
      noteDenial: () => denied({ ...DENIAL, action: 'dynamodb:UpdateItem' }),
      listDenials: () => denied({ ...DENIAL, action: 'dynamodb:Query' }),
    });
    for (let round = 0; round < 3; round += 1) await reconcile(blind);
    const actions = ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'];
    expect(notices(world).map(({ body }) => body['action'])).toEqual(actions);
  });

  it('reaches the architect once from an instance that may not read what was noted', async () => {
    const world = createWorld();
    const blind = withStore(world, { listDenials: () => denied({ ...DENIAL, action: 'dynamodb:Query' }) });
    for (let round = 0; round < 3; round += 1) {
      const { problems } = await reconcile(blind);
      expect(problems).toEqual([expect.stringMatching(/^missing permissions: .*dynamodb:Query/)]);
    }
    expect(notices(world)).toMatchObject([
      { topic: 'architect', subject: 'Selfheal lacks a permission: dynamodb:Query' },
    ]);
  });

  it('does not concern the architect where the records are unavailable for a moment', async () => {
    const world = createWorld();
    const listDenials = () => Promise.reject(new ServiceUnavailable('throttled'));
    const { problems } = await reconcile(withStore(world, { listDenials }));
    expect(problems).toEqual(['missing permissions: ServiceUnavailable: throttled']);
    expect(notices(world)).toEqual([]);
  });

  it('reaches the architect once together with the permission that is missing to note it', async () => {
    const world = createWorld();
    await world.store.noteDenial(DENIAL, NOON);
    const update = { ...DENIAL, action: 'dynamodb:UpdateItem' };
    const blind = withStore(world, {
      noteDenial: () => denied(update),
      noteDenialNotified: () => denied(update),
    });
    for (let round = 0; round < 3; round += 1) await reconcile(blind);
    expect(notices(world).map(({ body }) => body['action'])).toEqual([
      'cloudwatch:DescribeAlarms',
      'dynamodb:UpdateItem',
    ]);
  });

  it('reaches the architect as soon as that is possible, and with it the permission to notify', async () => {
    const world = createWorld();
    await world.store.noteDenial(DENIAL, NOON);
    const mute = { ...world, notifier: { notify: () => denied({ ...DENIAL, action: 'sns:Publish' }) } };
    expect((await reconcile(mute)).problems).toHaveLength(1);
    expect((await reconcile(world)).done).toEqual([
      expect.stringContaining('notified the architect of a missing permission: cloudwatch:DescribeAlarms'),
      expect.stringContaining('notified the architect of a missing permission: sns:Publish'),
    ]);
    expect((await reconcile(world)).done).toEqual([]);
  });
});

describe('a missing permission that can’t be noted', () => {
  const noteDenial = () => Promise.reject(new ServiceUnavailable('throttled'));

  it('fails the function all the same, with nobody to notify', async () => {
    const world = createWorld();
    const { notifier: _, ...deps } = withStore(world, { noteDenial });
    const error = new NotPermitted(DENIAL);
    await expect(notingDenials(deps, () => Promise.reject(error))).rejects.toBe(error);
  });

  it('reaches the architect from the function itself, which tries again if that fails', async () => {
    const world = createWorld();
    const { notify } = world.notifier;
    const notifier = { notify: () => Promise.reject(new ServiceUnavailable('throttled')) };
    const deps = { ...withStore(world, { noteDenial }), notifier };
    await noteDenialOf(deps, DENIAL);
    notifier.notify = notify as never;
    await noteDenialOf(deps, DENIAL);
    await noteDenialOf(deps, DENIAL);
    expect(notices(world)).toMatchObject([{ body: DENIAL }]);
  });

  it('does not hide a defect of the store', async () => {
    const defect = new TypeError('x is not a function');
    const deps = withStore(createWorld(), { noteDenial: () => Promise.reject(defect) });
    await expect(noteDenialOf(deps, DENIAL)).rejects.toBe(defect);
  });

  it('does not hide a defect of what notifies the architect of it', async () => {
    const defect = new TypeError('x is not a function');
    const notifier = { notify: () => Promise.reject(defect) };
    const deps = { ...withStore(createWorld(), { noteDenial }), notifier };
    await expect(noteDenialOf(deps, DENIAL)).rejects.toBe(defect);
  });
});

describe('a port that notes missing permissions', () => {
  it('leaves alone what is not a call', () => {
    const port = { region: 'us-east-1', send: () => denied() };
    expect(notingPort(createWorld(), port).region).toBe('us-east-1');
  });

  it('notes what a call lacks and throws it, among all the other dependencies', async () => {
    const world = createWorld();
    const deps = { ...world, port: { send: (what: string) => (what === 'no' ? denied() : what) } };
    const noting = notingPorts(deps, ['port']);
    expect(noting).toEqual({ ...deps, port: expect.anything() });
    expect(await noting.port.send('yes')).toBe('yes');
    expect(await world.store.listDenials()).toEqual([]);
    await expect(noting.port.send('no')).rejects.toThrow(NotPermitted);
    expect(await world.store.listDenials()).toMatchObject([DENIAL]);
  });
});

describe('a missing permission of a function that nobody waits for', () => {
  const noted = async (world: World) => (await world.store.listDenials()).map(({ action }) => action);

  it('a permission that triage lacks fails it, so that its alarm rings, and is noted', async () => {
    const world = createWorld();
    const readLimits = () => denied({ ...DENIAL, action: 'dynamodb:BatchGetItem' });
    await expect(triage(withStore(world, { readLimits }), signal)).rejects.toThrow(NotPermitted);
    expect(await noted(world)).toEqual(['dynamodb:BatchGetItem']);
    expect(await world.store.listRefusals('web', 9)).toEqual([]);
  });

  it('triage reports the permission itself if it may not note it, once in a storm', async () => {
    const world = createWorld();
    const update = () => denied({ ...DENIAL, action: 'dynamodb:UpdateItem' });
    const blind = withStore(world, { admit: update, noteDenial: update });
    for (let signals = 0; signals < 5; signals += 1)
      await expect(triage(blind, signal)).rejects.toThrow(NotPermitted);
    expect(notices(world)).toHaveLength(1);
  });

  it('a permission that the handler of status events lacks is noted', async () => {
    const world = createWorld();
    const getCommand = () => denied({ ...DENIAL, action: 'ssm:ListCommands' });
    const blind = { ...world, runbooks: { ...world.runbooks, getCommand } };
    const event = { commandId: 'command-1', document: 'selfheal-start-component', status: 'Success' };
    await expect(commandStatus(blind, event)).rejects.toThrow(NotPermitted);
    expect(await noted(world)).toEqual(['ssm:ListCommands']);
  });

  it('a permission that the handler of executions lacks is noted', async () => {
    const world = createWorld();
    const { operationId } = await admitted(world);
    const start = () => denied({ ...DENIAL, action: 'states:StartExecution' });
    const blind = { ...world, executions: { ...world.executions, start } };
    const ended = { name: operationId, status: 'ABORTED' };
    await expect(executionEnded(blind, ended)).rejects.toThrow(NotPermitted);
    expect(await noted(world)).toEqual(['states:StartExecution']);
  });

  it('a permission missing for saving a verified configuration is noted, and the operation completes', async () => {
    const components = { web: withMemoryAlarm({ configPaths: ['/etc/web.conf'] }) };
    const world = createWorld(configured({ components }));
    const operation = await admitted(world);
    world.runbooks.onSend = () => denied({ ...DENIAL, action: 'ssm:SendCommand' });
    await conclude(world, { ...inputOf(operation), state: 'COMPLETED' });
    expect(await noted(world)).toEqual(['ssm:SendCommand']);
  });
});

describe('a conclusion that an execution could not write', () => {
  const problem = {
    error: 'NotPermitted',
    cause: JSON.stringify({
      errorType: 'NotPermitted',
      errorMessage:
        'missing permission: dynamodb:UpdateItem for role selfheal-conclude: AccessDeniedException: no',
      trace: ['at conclude'],
    }),
  };
  const unwritten = async (conclusion: object) => {
    const world = createWorld();
    const operation = await admitted(world);
    const ended = {
      name: operation.operationId,
      status: 'FAILED',
      error: 'NotConcluded',
      cause: JSON.stringify({ ...conclusion, problem }),
    };
    return { world, operation, ended, record: () => world.store.getOperation(operation.operationId) };
  };

  it('completes a verified repair: nothing is undone, and the permission is in the record', async () => {
    const { world, ended, record } = await unwritten({ state: 'COMPLETED' });
    await executionEnded(world, ended);
    expect(await record()).toMatchObject({
      state: 'COMPLETED',
      result: 'SUCCESS',
      warnings: [
        'Its execution could not conclude it: missing permission: dynamodb:UpdateItem for role selfheal-conclude',
      ],
    });
    expect(world.executions.started).toEqual([]);
    expect(world.notifier.sent).toEqual([]);
    expect(await world.store.listDenials()).toMatchObject([
      { action: 'dynamodb:UpdateItem', role: 'selfheal-conclude' },
    ]);
  });

  it('fails a repair that could not be verified, notifies the architect once, and undoes nothing', async () => {
    const failure = { error: 'NotVerified', cause: 'missing permission: cloudwatch:DescribeAlarms' };
    const { world, ended, record } = await unwritten({ state: 'FAILED', failure });
    await executionEnded(world, ended);
    await executionEnded(world, ended);
    expect(await record()).toMatchObject({ state: 'FAILED', result: 'UNVERIFIED', failure });
    expect(world.executions.started).toEqual([]);
    expect(world.notifier.sent).toMatchObject([
      {
        topic: 'architect',
        body: {
          message: expect.stringMatching(
            /stays as it is.*Grant the missing permission: cloudwatch:DescribeAlarms/,
          ),
          missingPermission: { action: 'cloudwatch:DescribeAlarms' },
        },
      },
    ]);
  });

  it('reaches the record by the reconciler if the event is lost', async () => {
    const { world, operation, ended, record } = await unwritten({ state: 'COMPLETED' });
    world.executions.statuses.set(operation.operationId, 'FAILED');
    world.executions.failures.set(operation.operationId, { error: ended.error, cause: ended.cause });
    world.clock.now += 60_000;
    await reconcile(world);
    expect(await record()).toMatchObject({ state: 'COMPLETED', result: 'SUCCESS' });
  });

  it('does not count if its execution was overtaken (invariant 1)', async () => {
    const { world, operation, ended, record } = await unwritten({ state: 'COMPLETED' });
    await world.store.takeOver(inputOf(operation), NOON + 600_000);
    await executionEnded(world, ended);
    expect(await record()).toMatchObject({ state: 'HEALING' });
    expect(world.executions.started).toMatchObject([{ name: `${operation.operationId}-undo` }]);
  });

  it('does not count if it can’t be read: the operation is undone', async () => {
    const { world, operation, ended } = await unwritten({ state: 'COMPLETED' });
    await executionEnded(world, { ...ended, cause: ended.cause.slice(0, 40) });
    expect(world.executions.started).toMatchObject([{ name: `${operation.operationId}-undo` }]);
  });
});
