import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { escalate } from '../../../../functions/app/heal/escalate.ts';
import { verify } from '../../../../functions/app/heal/verify.ts';
import { isOpen } from '../../../../functions/app/heal/verify-containment.ts';
import { containmentOf } from '../../../../functions/core/operation/containment.ts';
import { NotFound, NotPermitted, RequestRefused } from '../../../../functions/ports/errors.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

const HEALTH = { url: 'https://web.example.com/health' };
const OTHER = 'i-0123456789abcdef1';

async function contained(type = 'isolate_network', targets: readonly string[] = [NODE], signal = {}) {
  const world = createWorld(
    configured({
      components: {
        web: withMemoryAlarm({
          health: HEALTH,
          targets: { instanceIds: targets },
          configPaths: ['/etc/web'],
        }),
      },
      strategies: [{ actions: [{ type }], verify: { timeoutSeconds: 30, stableSeconds: 10 } }],
    }),
  );
  world.runbooks.nodes = targets.map((id) => node(id));
  world.endpoints.answer = () => 'no-answer';
  const operation = await admitted(world, signal);
  const step = stepOf(operation, { stepId: 'heal-0', action: type, targets: [NODE], startedAtMs: NOON });
  await world.store.recordOutcome({ ...step, outcome: 'SUCCEEDED', completedAtMs: NOON });
  const round = (number = 0, carried = {}) =>
    verify(world, { ...inputOf(operation), verification: { round: number, ...carried } });
  return { world, operation, round };
}

describe('the purpose of a strategy', () => {
  it.each([
    [['isolate_network'], 'isolation'],
    [['graceful_stop', 'isolate_network', 'notify_soc'], 'isolation'],
    [['enter_safe_mode'], 'safe-mode'],
    [['isolate_network', 'restore_network'], undefined],
    [['enter_safe_mode', 'leave_safe_mode'], undefined],
    [['isolate_network', 'start_component'], undefined],
    [['start_component'], undefined],
    [['notify_soc'], undefined],
  ] as const)('the purpose of %j is %s', (types, containment) => {
    expect(containmentOf(types.map((type) => ({ type, params: {} })))).toBe(containment);
  });
});

describe('the verification of a containment', () => {
  it.each([
    ['isolate_network', 'isolation', ''],
    ['enter_safe_mode', 'safe-mode', 'nginx.service'],
  ])('verifies %s by asking the hosts, through SSM', async (type, containment, service) => {
    const { world, round } = await contained(type);
    await round();
    expect(world.runbooks.sent).toMatchObject([
      {
        document: 'selfheal-verify-containment',
        instanceIds: [NODE],
        parameters: { containment, service, stableSeconds: '10', timeoutSeconds: '30', stepId: 'verify-0' },
      },
    ]);
    expect(world.tokens.completed).toEqual([]);
  });

  it('waits while the endpoint answers from outside, and fails after its time', async () => {
    const { world, round } = await contained();
    world.endpoints.answer = () => 'good';
    await round();
    const output = {
      verdict: 'waiting',
      detail: expect.stringContaining('https://web.example.com/health still answers from outside'),
      round: 1,
      waitSeconds: 2,
    };
    expect(world.tokens.completed).toMatchObject([{ output }]);
    expect(world.runbooks.sent).toEqual([]);
    const { world: later, round: again } = await contained();
    later.endpoints.answer = () => 'good';
    await again(9, { startedAtMs: NOON - 30_000 });
    expect(later.tokens.completed).toMatchObject([{ output: { verdict: 'failed' } }]);
  });

  it('does not ask an endpoint that another host may answer for', async () => {
    const { world, round } = await contained('isolate_network', [NODE, OTHER], { targets: [NODE] });
    world.endpoints.answer = () => 'good';
    await round();
    expect(world.runbooks.sent).toHaveLength(1);
  });

  it('waits while the endpoint answers, where the alert names every host behind it', async () => {
    const { world, round } = await contained('isolate_network', [NODE, OTHER], { targets: [OTHER, NODE] });
    world.endpoints.answer = () => 'good';
    await round();
    expect(world.tokens.completed).toMatchObject([{ output: { verdict: 'waiting' } }]);
    expect(world.runbooks.sent).toEqual([]);
  });

  it('does not ask an endpoint behind which there may be hosts that are not known', async () => {
    const probe = () => Promise.reject(new Error('asked'));
    const alert = { targets: [NODE] };
    const component = { health: { url: 'https://web.example.com/' }, targets: { tags: { role: 'web' } } };
    expect(await isOpen({ endpoints: { probe } }, { alert } as never, component as never)).toBe(false);
  });

  it('asks the hosts whether they are in safe mode though the endpoint answers', async () => {
    const { world, round } = await contained('enter_safe_mode');
    world.endpoints.answer = () => 'good';
    await round();
    expect(world.runbooks.sent).toHaveLength(1);
  });

  it('asks as many hosts as one command reaches, where the batches have contained more', async () => {
    const ids = Array.from({ length: 51 }, (_, index) => `i-0123456789abcd${String(index).padStart(3, '0')}`);
    const { world, operation, round } = await contained('isolate_network', ids);
    const { operationId } = operation;
    await world.store.layOut(operationId, { batches: [ids.slice(0, 50), ids.slice(50)], skipped: {} });
    for (const [stepId, targets] of [
      ['heal-0', ids.slice(0, 50)],
      ['heal-1', ids.slice(0, 50)],
      ['heal-2', ids.slice(50)],
      ['heal-3', ids.slice(50)],
    ] as const) {
      const step = stepOf(operation, { stepId, action: 'isolate_network', targets });
      await world.store.recordOutcome({ ...step, outcome: 'SUCCEEDED', completedAtMs: NOON });
    }
    await round();
    expect(world.runbooks.sent).toMatchObject([{ instanceIds: ids.slice(0, 50), maxConcurrency: 50 }]);
    expect(await world.store.getStep(operationId, 'verify-0')).toMatchObject({ targets: ids.slice(0, 50) });
  });

  it('waits for a host that SSM does not reach, and fails after its time', async () => {
    const { world, round } = await contained();
    world.runbooks.nodes = [node(NODE, { online: false })];
    await round();
    expect(world.tokens.completed).toMatchObject([
      { output: { verdict: 'waiting', detail: expect.stringContaining('offline') } },
    ]);
  });

  it('decides nothing without the permission to look', async () => {
    const { world, round } = await contained();
    world.runbooks.onSend = () => {
      throw new NotPermitted({ action: 'ssm:SendCommand' });
    };
    await expect(round()).rejects.toThrow(NotPermitted);
    expect(world.tokens.completed).toEqual([]);
  });
});

describe('a command that looks at a containment', () => {
  it.each([
    new RequestRefused('ssm:SendCommand: InvalidDocument'),
    new NotFound('selfheal-verify-containment'),
  ])('fails the verification where SSM refuses it: %s', async (refused) => {
    const { world, round } = await contained();
    world.runbooks.onSend = () => {
      throw refused;
    };
    await round();
    expect(world.tokens.completed).toMatchObject([
      { output: { verdict: 'failed', detail: refused.message } },
    ]);
    expect(await world.store.getStep('op', 'verify-0')).toBeUndefined();
  });

  it('is on record, with the time that it may take', async () => {
    const { world, operation, round } = await contained();
    await round();
    expect(await world.store.getStep(operation.operationId, 'verify-0')).toMatchObject({
      ...{ component: 'web', action: 'verify_containment', onError: 'abort', startedAtMs: NOON },
      targets: [NODE],
    });
    expect(world.runbooks.sent).toMatchObject([{ parameters: { executionTimeout: '55' } }]);
  });
});

describe('an operation that has contained a fault', () => {
  it('ends as contained: not healthy, and with no configuration kept as verified', async () => {
    const { world, operation } = await contained();
    await world.store.markUnhealthy('web');
    await conclude(world, { ...inputOf(operation), state: 'COMPLETED' });
    expect(await world.store.getOperation(operation.operationId)).toMatchObject({
      state: 'COMPLETED',
      result: 'CONTAINED',
    });
    expect((await world.store.readFleet()).unhealthy).toEqual(['web']);
    expect(world.runbooks.sent).toEqual([]);
  });

  it.each([
    ['isolate_network', 'isolation', 'selfheal-restore-network'],
    ['enter_safe_mode', 'safe-mode', 'selfheal-leave-safe-mode'],
  ])(
    'calls a person once after %s, with what is contained and how to lift it',
    async (type, containment, lift) => {
      const { world, operation } = await contained(type);
      await escalate(world, operation);
      await escalate(world, operation);
      expect(world.notifier.sent).toMatchObject([
        {
          topic: 'architect',
          body: {
            result: 'CONTAINED',
            containment,
            message: expect.stringMatching(
              new RegExp(`web is contained.*${NODE}.*${lift}.*fence=${operation.fence + 1}`),
            ),
          },
        },
      ]);
    },
  );

  it('calls a person though nothing failed, and no other operation does', async () => {
    const { world, operation } = await contained('start_component');
    await escalate(world, operation);
    expect(world.notifier.sent).toEqual([]);
  });
});
