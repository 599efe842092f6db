import { describe, expect, it } from 'vitest';
import { conclude, FenceLost } from '../../../../functions/app/heal/conclude.ts';
import { diagnoseOperation } from '../../../../functions/app/heal/diagnose.ts';
import { OperationGone } from '../../../../functions/app/heal/running-operation.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { FENCE, NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf, withStore } from '../../../factories/ports/world.ts';
import { A, B, twoHosts } from '../two-hosts.ts';

const GROUPED = configured({
  groups: { tier: { maxInFlight: 2 } },
  components: { web: { group: 'tier', configPaths: ['/etc/nginx/nginx.conf'] }, other: { group: 'tier' } },
});
const failure = { error: 'NotRecovered', cause: 'bad after 30 s' };

async function running(configuration = configured()) {
  const world = createWorld(configuration);
  const operation = await admitted(world);
  world.clock.now += 60_000;
  const end = (state: 'COMPLETED' | 'FAILED') =>
    conclude(world, { ...inputOf(operation), state, ...(state === 'FAILED' && { failure }) });
  const limits = async () => (await world.store.readLimits('web')).limits;
  return { world, operation, end, limits };
}

describe('a conclusion', () => {
  it('invariant 5: writes one final record and releases claim and budgets, with the cooldown', async () => {
    const { world, operation, end, limits } = await running(GROUPED);
    const { operationId } = operation;
    expect(await end('COMPLETED')).toEqual({ operationId, state: 'COMPLETED', durationMs: 60_000 });
    expect(await world.store.getOperation(operationId)).toMatchObject({
      state: 'COMPLETED',
      result: 'SUCCESS',
      completedAtMs: NOON + 60_000,
    });
    const { component, fleet } = await limits();
    expect(component).not.toHaveProperty('claim');
    expect(component.cooldownUntilMs).toEqual({ restart: NOON + 60_000 + 300_000 });
    expect(fleet).toMatchObject({ inFlight: [], unhealthy: [] });
    expect(world.events.changes).toMatchObject([{ state: 'COMPLETED', atMs: NOON + 60_000 }]);
    expect(world.events.changes[0]?.operation).not.toHaveProperty('failure');
    expect(world.metrics.figures).toEqual(['concluded COMPLETED']);
  });

  it('says why it failed', async () => {
    const { world, end } = await running();
    await end('FAILED');
    expect(world.events.changes.at(-1)).toMatchObject({
      state: 'FAILED',
      operation: { result: 'FAILED', failure },
    });
  });

  it('keeps the reason of a failure, and the component unhealthy', async () => {
    const { world, operation, end, limits } = await running(GROUPED);
    await end('FAILED');
    expect(await world.store.getOperation(operation.operationId)).toMatchObject({
      result: 'FAILED',
      failure,
    });
    expect((await limits()).fleet).toMatchObject({ inFlight: [], unhealthy: ['web'] });
    expect(world.runbooks.sent).toEqual([]);
  });

  it.each([
    ['COMPLETED', 'are over', {}],
    ['FAILED', 'count on', { restart: [NOON] }],
  ] as const)('the alerts in a row after %s %s', async (state, _what, failuresMs) => {
    const { world, end, limits } = await running();
    await world.store.saveFailures((await limits()).component, 'restart', [NOON]);
    await end(state);
    expect((await limits()).component.failuresMs).toEqual(failuresMs);
  });

  it('happens once: the first stays, and later calls return it', async () => {
    const { world, operation, end } = await running();
    await end('FAILED');
    world.clock.now += 5_000;
    const { operationId } = operation;
    expect(await end('COMPLETED')).toEqual({ operationId, state: 'FAILED', durationMs: 60_000 });
    expect(world.events.changes).toHaveLength(1);
    expect(world.metrics.figures).toEqual(['concluded FAILED']);
  });

  it('is counted with the time that the operation took', async () => {
    const { world, operation } = await running();
    const counted: unknown[] = [];
    const operationConcluded = (ended: { readonly state: string }, durationMs: number) => {
      counted.push([ended.state, durationMs]);
    };
    const input = { ...inputOf(operation), state: 'FAILED' as const };
    await conclude({ ...world, metrics: { ...world.metrics, operationConcluded } }, input);
    expect(counted).toEqual([['FAILED', 60_000]]);
  });

  it('is announced by the call that made it alone, of two at the same time', async () => {
    const { world, operation } = await running();
    const late = withStore(world, { conclude: async () => 'ended-before' });
    const { operationId } = operation;
    expect(await conclude(late, { ...inputOf(operation), state: 'COMPLETED' })).toEqual({
      ...{ operationId, state: 'COMPLETED', durationMs: 60_000 },
    });
    expect(world.events.changes).toEqual([]);
    expect(world.metrics.figures).toEqual([]);
  });

  it('fails for an execution that was overtaken (invariant 1)', async () => {
    const { world, operation, end, limits } = await running();
    await world.store.takeOver(inputOf(operation), NOON + 120_000);
    // Neither its configuration is kept nor its claim released, and the error names the fence that goes on.
    const lost = await end('COMPLETED').catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(FenceLost);
    expect(lost).toMatchObject({
      ...{ name: 'FenceLost', code: 'FENCE_LOST', operationId: operation.operationId, fence: FENCE },
      message: `operation ${operation.operationId} continues with fence ${FENCE + 1}, not with ${FENCE}: only the newer may end it`,
    });
    expect((await limits()).component.claim?.fence).toBe(FENCE + 1);
  });

  it('fails for an execution that is overtaken at the last moment', async () => {
    const { world, operation } = await running();
    const stale = await world.store.getClaim('web');
    await world.store.takeOver(inputOf(operation), NOON + 120_000);
    const input = { ...inputOf(operation), state: 'COMPLETED' as const };
    const others = stale && { ...stale, operationId: 'another', fence: FENCE + 7 };
    for (const claim of [stale, others, undefined])
      await expect(conclude(withStore(world, { getClaim: async () => claim }), input)).rejects.toThrow(
        `operation ${operation.operationId} continues with a newer fence, not with ${FENCE}: only the newer may end it`,
      );
    expect(await world.store.getOperation(operation.operationId)).toMatchObject({ state: 'HEALING' });
  });

  it('fails for an operation that is not on record', async () => {
    const { world } = await running();
    const input = { operationId: 'nothing', fence: 1, state: 'FAILED' as const };
    await expect(conclude(world, input)).rejects.toMatchObject({
      name: 'OperationNotOnRecord',
      code: 'OPERATION_NOT_ON_RECORD',
      operationId: 'nothing',
    });
  });

  it('puts the strategy in cooldown for every component, if that is its scope', async () => {
    const { end, limits } = await running(
      configured({ strategies: [{ cooldownScope: 'strategy', cooldownSeconds: 120 }] }),
    );
    await end('COMPLETED');
    const { component, fleet } = await limits();
    expect(component.cooldownUntilMs).toEqual({});
    expect(fleet.strategyCooldownUntilMs).toEqual({ restart: NOON + 60_000 + 120_000 });
  });

  it('does not need the strategy to be configured still', async () => {
    const { world, operation } = await running();
    const changed = { ...world, configuration: configured({ strategies: [{ id: 'other' }] }) };
    const input = { ...inputOf(operation), state: 'FAILED' as const };
    expect(await conclude(changed, input)).toMatchObject({ state: 'FAILED' });
    expect((await world.store.readLimits('web')).limits.component.cooldownUntilMs).toEqual({
      restart: NOON + 60_000 + 300_000,
    });
  });
});

it('a conclusion without batches reads no steps: nothing was skipped', async () => {
  const { world, operation } = await running();
  const listSteps = () => Promise.reject(new Error('read'));
  const ended = conclude(withStore(world, { listSteps }), { ...inputOf(operation), state: 'COMPLETED' });
  expect(await ended).toMatchObject({ state: 'COMPLETED' });
});

describe('a conclusion without the plan, which is not on record', () => {
  const withoutPlan = async (state: 'COMPLETED' | 'FAILED') => {
    const { world, operation, limits } = await running(GROUPED);
    const deps = withStore(world, { getPlan: async () => undefined });
    const ended = await conclude(deps, { ...inputOf(operation), state });
    return { world, operation, ended, component: (await limits()).component };
  };

  it.each(['COMPLETED', 'FAILED'] as const)(
    'ends the operation as %s all the same, with a cooldown of five minutes for the component',
    async (state) => {
      const { world, operation, ended, component } = await withoutPlan(state);
      expect(ended).toMatchObject({ state });
      expect(await world.store.getOperation(operation.operationId)).toMatchObject({ state });
      expect(component).not.toHaveProperty('claim');
      expect(component.cooldownUntilMs).toEqual({ restart: NOON + 60_000 + 300_000 });
    },
  );

  it('keeps no configuration as verified, because it does not know which files', async () => {
    expect((await withoutPlan('COMPLETED')).world.runbooks.sent).toEqual([]);
  });
});

describe('the configuration of a component that has recovered', () => {
  it('becomes a verified version if it has held, while the claim is held', async () => {
    const { world, operation, end } = await running(GROUPED);
    world.runbooks.onSend = async () => {
      expect(await world.store.getClaim('web')).toMatchObject({ operationId: operation.operationId });
    };
    await end('COMPLETED');
    expect(world.runbooks.sent).toMatchObject([
      { document: 'selfheal-freeze-config', parameters: { verified: 'held', stepId: 'keep-0' } },
    ]);
  });

  it.each([new NotPermitted({ action: 'ssm:SendCommand' }), new ServiceUnavailable('throttled')])(
    'may fail to be saved, which is reported and does not fail the repair: $name',
    async (error) => {
      const { world, end } = await running(GROUPED);
      world.runbooks.onSend = () => {
        throw error;
      };
      const warnings = [`The configuration was not kept as a verified version: ${error.message}`];
      const denials = error instanceof NotPermitted ? [{ action: 'ssm:SendCommand' }] : [];
      expect(await end('COMPLETED')).toMatchObject({ state: 'COMPLETED', warnings });
      expect(await world.store.listOperations(1)).toMatchObject([{ result: 'SUCCESS', warnings }]);
      expect(world.events.changes).toMatchObject([{ state: 'COMPLETED', operation: { warnings } }]);
      expect(await world.store.listDenials()).toMatchObject(denials);
    },
  );

  it('is not kept where its host is out of reach, which is reported, but hides no other error', async () => {
    const { world, end } = await running(GROUPED);
    world.runbooks.onSend = () => {
      throw new TypeError('a bug');
    };
    await expect(end('COMPLETED')).rejects.toThrow(TypeError);
    world.runbooks.nodes = [];
    expect((await end('COMPLETED')).warnings).toEqual([
      expect.stringMatching(
        /^The configuration was not kept as a verified version: .* no managed node of web/,
      ),
    ]);
  });

  it('is kept where only its rules are known', async () => {
    const rules = { engine: 'nginx', files: ['/etc/nginx/rules.conf'] };
    const { world, end } = await running(configured({ components: { web: { rules } } }));
    await end('COMPLETED');
    expect(world.runbooks.sent).toMatchObject([{ document: 'selfheal-freeze-config' }]);
  });

  it('is kept on the hosts that were repaired alone, where they were laid out in batches', async () => {
    const files = { configPaths: ['/etc/nginx/nginx.conf'] };
    const health = { [A]: 'unhealthy', [B]: 'healthy' } as const;
    const { world, operation, diagnose, step, ends } = await twoHosts({ component: files, health });
    await diagnose();
    for (const stepId of ['heal-0', 'heal-1'] as const) {
      await step(stepId);
      await ends('Success');
    }
    await conclude(world, { ...inputOf(operation), state: 'COMPLETED' });
    expect(world.runbooks.sent.at(-1)).toMatchObject({
      ...{ document: 'selfheal-freeze-config', instanceIds: [A], parameters: { stepId: 'keep-0' } },
    });
  });

  it('is not kept where no files of it are known', async () => {
    const { world, end } = await running();
    expect(await end('COMPLETED')).not.toHaveProperty('warnings');
    expect(world.runbooks.sent).toEqual([]);
  });
});

describe('a diagnosis', () => {
  it('goes on record, and lays out the strategy’s steps in order', async () => {
    const actions = [{ type: 'graceful_stop' }, { type: 'start_component' }];
    const { world, operation } = await running(
      configured({ strategies: [{ actions, verify: { settleSeconds: 7 } }] }),
    );
    const plan = await diagnoseOperation(world, operation);
    expect(plan).toStrictEqual({
      rootCause: 'threshold_breach_memory',
      settleSeconds: 7,
      steps: [{ stepId: 'heal-0' }, { stepId: 'heal-1' }],
    });
    expect(await world.store.getOperation(operation.operationId)).toMatchObject({
      state: 'HEALING',
      diagnosis: { rootCause: 'threshold_breach_memory', confidence: 0.5 },
    });
    expect(world.events.changes.map(({ state }) => state)).toEqual(['DIAGNOSING', 'HEALING']);
  });

  it('says what a strategy is to contain', async () => {
    const { world, operation } = await running(
      configured({ strategies: [{ actions: [{ type: 'isolate_network' }] }] }),
    );
    expect(await diagnoseOperation(world, operation)).toMatchObject({ containment: 'isolation' });
  });

  it('fails for an operation that has ended', async () => {
    const { world, operation, end } = await running();
    await end('FAILED');
    await expect(diagnoseOperation(world, operation)).rejects.toThrow(OperationGone);
  });
});
