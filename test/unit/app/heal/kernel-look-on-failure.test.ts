import { describe, expect, it } from 'vitest';
import { askForKernelLook } from '../../../../functions/app/heal/ask-for-kernel-look.ts';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { operationStory } from '../../../../functions/app/queries/operation-story.ts';
import { commandStatus } from '../../../../functions/app/recover/command-status.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { QUIET_LOOK } from '../../../factories/kernel-look.ts';
import { NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf, withStore } from '../../../factories/ports/world.ts';

const IDS = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c', 'i-0000000000000000d'];
const failure = { error: 'NotRecovered', cause: 'bad after 30 s' };

async function repaired(
  component: Readonly<Record<string, unknown>> = {},
  settings: Readonly<Record<string, unknown>> = { kernelLookOnFailure: true },
) {
  const components = { web: { targets: { tags: { role: 'web' } }, service: 'web.service', ...component } };
  const world = createWorld(configured({ settings, components }));
  world.runbooks.nodes = IDS.map((id) => node(id));
  const operation = await admitted(world);
  const fail = () => conclude(world, { ...inputOf(operation), state: 'FAILED', failure });
  const step = () => world.store.getStep(operation.operationId, 'keep-0');
  const answers = async (look: object = {}, status = 'Success') => {
    const output = JSON.stringify({ ...QUIET_LOOK, ...look });
    const asked = world.runbooks.sent.at(-1)?.instanceIds ?? [];
    const ended = world.runbooks.ends(
      status,
      asked.map((instanceId) => ({ instanceId, output })),
    );
    return await commandStatus(world, ended);
  };
  return { world, operation, fail, step, answers };
}

describe('a look at the kernel after a failed repair', () => {
  it('happens once, read-only, on three hosts at most, when the operation has ended', async () => {
    const { world, operation, fail } = await repaired();
    world.runbooks.onSend = async () => {
      expect(await world.store.getOperation(operation.operationId)).toMatchObject({ state: 'FAILED' });
    };
    await fail();
    await fail();
    expect(world.runbooks.sent).toMatchObject([
      {
        document: 'selfheal-look-at-kernel',
        instanceIds: IDS.slice(0, 3),
        parameters: { operationId: operation.operationId, service: 'web.service', seconds: '10' },
        stopsAtError: false,
      },
    ]);
  });

  it('goes first to the hosts where the repair stopped, and to none that is offline', async () => {
    const { world, operation, fail } = await repaired();
    const [a = '', b = '', c = '', d = ''] = IDS;
    world.runbooks.nodes = [node(a), node(b, { online: false }), node(c), node(d)];
    const step = stepOf(operation, { stepId: 'heal-0', targets: [b, d] });
    await world.store.recordOutcome({ ...step, outcome: 'FAILED', completedAtMs: NOON });
    const check = stepOf(operation, { stepId: 'verify-0', targets: [c] });
    await world.store.recordOutcome({ ...check, outcome: 'FAILED', completedAtMs: NOON });
    await fail();
    expect(world.runbooks.sent.map(({ instanceIds }) => instanceIds)).toEqual([[d, a, c]]);
  });

  it.each([
    ['it is not switched on', {}, {}],
    ['no unit of systemd is known', { serviceManager: 'sysv' }, { kernelLookOnFailure: true }],
    ['no service is known', { service: undefined }, { kernelLookOnFailure: true }],
  ])('does not happen where %s', async (_why, component, settings) => {
    const { world, fail } = await repaired(component, settings);
    await fail();
    expect(world.runbooks.sent).toEqual([]);
  });

  it('does not happen after a repair that held, nor after one that nobody may verify', async () => {
    for (const end of [
      { state: 'COMPLETED' as const },
      { state: 'FAILED' as const, failure: { error: 'NotVerified', cause: 'no permission' } },
    ]) {
      const { world, operation } = await repaired();
      await conclude(world, { ...inputOf(operation), ...end });
      expect(world.runbooks.sent).toEqual([]);
    }
  });

  it('does not happen where no host can be reached', async () => {
    const { world, fail, step } = await repaired();
    world.runbooks.nodes = [];
    await fail();
    expect(world.runbooks.sent).toEqual([]);
    expect(await step()).toBeUndefined();
  });

  it('changes no result if it cannot be requested: the record says why', async () => {
    const { world, fail, step } = await repaired();
    world.runbooks.onSend = () => {
      throw new ServiceUnavailable('throttled');
    };
    expect(await fail()).toMatchObject({ state: 'FAILED' });
    expect(await step()).toMatchObject({
      action: 'look_at_kernel',
      outcome: 'FAILED',
      detail: expect.stringContaining('throttled'),
    });
  });

  it('changes no result if not even that can be recorded, but hides no other error', async () => {
    const { world, operation } = await repaired();
    world.runbooks.onSend = () => {
      throw new ServiceUnavailable('throttled');
    };
    const end = { ...inputOf(operation), state: 'FAILED' as const, failure };
    const bug = withStore(world, { recordOutcome: () => Promise.reject(new TypeError('a bug')) });
    const down = withStore(world, { recordOutcome: () => Promise.reject(new ServiceUnavailable('down')) });
    const plan = await world.store.getPlan(operation.planId);
    if (!plan) throw new Error('the plan is not on record');
    await expect(askForKernelLook(bug, operation, plan)).rejects.toThrow(TypeError);
    const broken = withStore(world, { listSteps: () => Promise.reject(new TypeError('a bug')) });
    await expect(askForKernelLook(broken, operation, plan)).rejects.toThrow(TypeError);
    expect(await conclude(down, end)).toMatchObject({ state: 'FAILED' });
  });

  it('names the permission that it lacks', async () => {
    const { world, fail } = await repaired();
    const denial = {
      action: 'ssm:SendCommand',
      resource: 'document/selfheal-look-at-kernel',
      role: 'conclude',
    };
    world.runbooks.onSend = () => {
      throw new NotPermitted(denial);
    };
    expect(await fail()).toMatchObject({ state: 'FAILED' });
    expect(await world.store.listDenials()).toMatchObject([denial]);
  });

  it('goes into the record and, with findings, once to the architect', async () => {
    const { world, operation, fail, step, answers } = await repaired();
    await fail();
    expect(await answers({ tcpListenDrops: 3 })).toBe('settled');
    await answers({ tcpListenDrops: 3 });
    expect(await step()).toMatchObject({
      action: 'look_at_kernel',
      outcome: 'SUCCEEDED',
      targets: IDS.slice(0, 3),
      detail: expect.stringMatching(/^i-0000000000000000a: CONNECTIONS_DROPPED 3 connections/),
      reference: { executor: 'run_command' },
    });
    const { operationId, alert } = operation;
    expect(world.notifier.sent).toStrictEqual([
      {
        topic: 'architect',
        subject: 'Selfheal: web: what the kernel shows after the failed repair',
        body: {
          ...{ kind: 'kernel-look', operationId, component: 'web', metric: 'memory', reason: alert.reason },
          message: expect.stringMatching(
            /^After the repair of web had failed, the kernel showed:\ni-0000000000000000a: CONNECTIONS_DROPPED/,
          ),
        },
      },
    ]);
    const story = await operationStory(world, operation.operationId);
    expect(story?.steps.at(-1)).toMatchObject({ stepId: 'keep-0', action: 'look_at_kernel' });
  });

  it('reaches the architect when its event is delivered again, where the topic was unavailable at first', async () => {
    const { world, fail, step } = await repaired();
    await fail();
    const output = JSON.stringify({ ...QUIET_LOOK, tcpListenDrops: 3 });
    const invocations = IDS.slice(0, 3).map((instanceId) => ({ instanceId, output }));
    const ended = world.runbooks.ends('Success', invocations);
    const notifier = { notify: () => Promise.reject(new ServiceUnavailable('sns:Publish: throttled')) };
    await expect(commandStatus({ ...world, notifier }, ended)).rejects.toThrow(ServiceUnavailable);
    expect(await step()).toBeUndefined();
    expect(await commandStatus(world, ended)).toBe('settled');
    expect(world.notifier.sent).toMatchObject([{ body: { kind: 'kernel-look' } }]);
    expect(await step()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('goes only into the record if nothing unusual was found, or if hosts stay silent', async () => {
    const quiet = await repaired();
    await quiet.fail();
    await quiet.answers();
    expect(await quiet.step()).toMatchObject({ outcome: 'SUCCEEDED' });
    const silent = await repaired();
    await silent.fail();
    await commandStatus(silent.world, silent.world.runbooks.ends('TimedOut', []));
    expect(await silent.step()).toMatchObject({ outcome: 'FAILED', detail: 'no host has answered' });
    expect([...quiet.world.notifier.sent, ...silent.world.notifier.sent]).toEqual([]);
  });

  it('waits for the answers that Systems Manager lists late', async () => {
    const { world, fail, step } = await repaired();
    await fail();
    const ended = world.runbooks.ends('Success', []);
    const late = IDS.slice(0, 3).map((instanceId) => ({
      instanceId,
      status: 'Success',
      output: JSON.stringify(QUIET_LOOK),
    }));
    let asked = 0;
    const listInvocations = async () => (asked++ === 0 ? [] : late);
    await commandStatus({ ...world, runbooks: { ...world.runbooks, listInvocations } }, ended);
    expect(await step()).toMatchObject({ targets: IDS.slice(0, 3) });
  });

  it.each([
    ['once, where all hosts are listed', 3, 1],
    ['four times, where one never is', 2, 4],
  ])('asks for the answers %s', async (_, count, times) => {
    const { world, fail, step } = await repaired();
    await fail();
    const ended = world.runbooks.ends('Success', []);
    const listed = IDS.slice(0, count).map((instanceId) => ({
      ...{ instanceId, status: 'Success', output: JSON.stringify(QUIET_LOOK) },
    }));
    let asked = 0;
    const listInvocations = async () => {
      asked += 1;
      return listed;
    };
    const beganAtMs = world.clock.now;
    await commandStatus({ ...world, runbooks: { ...world.runbooks, listInvocations } }, ended);
    expect(asked).toBe(times);
    expect(world.clock.now - beganAtMs).toBe(times === 1 ? 0 : 3_000);
    expect(await step()).toMatchObject({ targets: IDS.slice(0, count) });
  });

  it.each([
    ['that a person asked for', () => ({ operationId: 'kernel-x', stepId: 'keep-0' })],
    ['that names no operation', () => ({ stepId: 'keep-0' })],
    ['that is another step of an operation', (operationId: string) => ({ operationId, stepId: 'look-0' })],
  ])('leaves a look alone %s', async (_, parametersOf) => {
    const { world, operation } = await repaired();
    await world.runbooks.send({
      document: 'selfheal-look-at-kernel',
      parameters: { ...parametersOf(operation.operationId) },
      instanceIds: IDS,
      comment: 'Selfheal: kernel of web',
      deliveryTimeoutSeconds: 30,
      maxConcurrency: 4,
      stopsAtError: false,
    });
    expect(await commandStatus(world, world.runbooks.ends('Success', []))).toBe('foreign');
    expect(world.notifier.sent).toEqual([]);
  });
});
