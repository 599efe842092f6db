import { describe, expect, it } from 'vitest';
import { verify } from '../../../../functions/app/heal/verify.ts';
import { commandStatus } from '../../../../functions/app/recover/command-status.ts';
import { stepOrder } from '../../../../functions/core/operation/step-order.ts';
import { RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { inputOf } from '../../../factories/ports/world.ts';
import { HEALTH, LIMITS, verification } from './verification-lab.ts';

const BY_RUNBOOK = configured({ strategies: [{ verify: { ...LIMITS, by: 'runbook' } }] });

describe('verification by the endpoint', () => {
  it('has recovered when it stayed good for the window', async () => {
    const { world, toTheEnd } = await verification();
    expect(await toTheEnd()).toMatchObject({ verdict: 'recovered', detail: 'good for 10 s', seconds: 10 });
    expect(world.events.changes).toMatchObject([{ state: 'VERIFYING' }]);
  });

  it('waits for a component that needs a while', async () => {
    const { says, toTheEnd } = await verification();
    says((second) => (second < 20 ? 'no-answer' : 'good'));
    const end = await toTheEnd();
    expect(end.verdict).toBe('recovered');
    expect(end.seconds).toBeGreaterThanOrEqual(30);
    expect(end.seconds).toBeLessThan(35);
  });

  it.each(['bad', 'no-answer'] as const)('fails when it stays %s', async (answer) => {
    const { says, toTheEnd } = await verification();
    says(() => answer);
    const end = await toTheEnd();
    expect(end).toMatchObject({ verdict: 'failed', detail: expect.stringMatching(`^${answer} after 30 s`) });
    expect(end.seconds).toBe(30);
  });

  it.each([
    [30, 24, 6],
    [45, 24, 20],
    [25, 24, 2],
    [300, 24, 20],
  ])(
    'for a time-out of %d s looks for %d s, then waits for %d s: never far past the time-out',
    async (timeoutSeconds, lookedSeconds, waitSeconds) => {
      const components = { web: { health: HEALTH } };
      const strategies = [{ verify: { timeoutSeconds, stableSeconds: 10 } }];
      const { world, says, round } = await verification(configured({ components, strategies }));
      says(() => 'bad');
      expect(await round({ round: 0 })).toMatchObject({ output: { verdict: 'waiting', waitSeconds } });
      expect(world.clock.now).toBe(NOON + lookedSeconds * 1_000);
    },
  );

  it('waits no longer than between two looks once it is good: nobody looks meanwhile', async () => {
    const components = { web: { health: HEALTH } };
    const strategies = [{ verify: { timeoutSeconds: 300, stableSeconds: 120 } }];
    const { round } = await verification(configured({ components, strategies }));
    expect(await round({ round: 0 })).toMatchObject({
      output: { verdict: 'waiting', goodSinceMs: NOON, waitSeconds: 2 },
    });
  });

  it('invariant 7: fails when it flaps: it was never good for a whole window', async () => {
    const { says, toTheEnd } = await verification();
    says((second) => (second % 8 < 6 ? 'good' : 'bad'));
    expect(await toTheEnd()).toMatchObject({ verdict: 'failed' });
  });

  it.each([3, 5, 8, 11, 16, 20, 26])(
    'invariant 7: leaves no gap in the window in which it could be bad for a while, from second %d on',
    async (from) => {
      const { says, toTheEnd } = await verification();
      says((second) => (second < from || (second > from + 5 && second < from + 9) ? 'bad' : 'good'));
      const end = await toTheEnd();
      if (end.verdict === 'recovered') expect(end.seconds).toBeGreaterThanOrEqual(from + 9 + 10);
    },
  );

  it('carries on over rounds when the window is longer than an invocation', async () => {
    const strategies = [{ verify: { timeoutSeconds: 30, stableSeconds: 120 } }];
    const components = { web: { health: HEALTH } };
    const { world, toTheEnd } = await verification(configured({ components, strategies }));
    const end = await toTheEnd();
    expect(end).toMatchObject({ verdict: 'recovered' });
    expect(end.seconds).toBeGreaterThanOrEqual(120);
    expect(world.events.changes).toHaveLength(1);
  });

  it('fails when the repair’s time is over before the window is', async () => {
    const components = { web: { health: HEALTH } };
    const settings = { repairTimeoutSeconds: 60 };
    const strategies = [{ verify: { timeoutSeconds: 30, stableSeconds: 120 } }];
    const { toTheEnd } = await verification(configured({ settings, components, strategies }));
    const end = await toTheEnd();
    expect(end).toMatchObject({
      verdict: 'failed',
      detail: 'the repair took longer than settings.repairTimeoutSeconds',
    });
    expect(end.seconds).toBeLessThan(90);
  });
});

it('a verification reads the steps of no repair that lifts no isolation', async () => {
  const { world, toTheEnd } = await verification();
  Object.assign(world.store, { listSteps: () => Promise.reject(new Error('read')) });
  expect(await toTheEnd()).toMatchObject({ verdict: 'recovered' });
});

describe('verification by a runbook', () => {
  it('goes to the hosts with its limits, and waits for its status event', async () => {
    const { world, operation, round } = await verification(BY_RUNBOOK);
    expect(await round({ round: 0 })).toBeUndefined();
    expect(world.runbooks.sent).toMatchObject([
      {
        document: 'selfheal-verify-health',
        comment: `selfheal ${operation.operationId} verify-0`,
        parameters: { stepId: 'verify-0', timeoutSeconds: '30', stableSeconds: '10' },
        maxConcurrency: world.runbooks.sent[0]?.instanceIds.length,
      },
    ]);
    expect(await world.store.getStep(operation.operationId, 'verify-0')).toStrictEqual({
      ...{ operationId: operation.operationId, stepId: 'verify-0', component: 'web' },
      ...{ action: 'verify_health', onError: 'abort', startedAtMs: NOON, targets: [NODE] },
      reference: { executor: 'run_command', id: 'command-1' },
    });
  });

  it('takes its place on the claim by how often the operation was taken over', async () => {
    const { world, operation } = await verification(BY_RUNBOOK);
    const fence = operation.fence + 1;
    await world.store.takeOver(inputOf(operation), NOON + 60_000);
    const input = { ...inputOf(operation), fence, verification: { round: 2 }, attempt: 1 };
    await verify(world, input);
    expect((await world.store.getClaim('web'))?.step?.order).toBe(stepOrder(1, 'verify-2', 1));
  });

  it.each([
    ['Success', 'recovered'],
    ['Failed', 'failed'],
    ['TimedOut', 'failed'],
    ['Sleeping', 'failed'],
  ])('turns a command that ends as %s into the verdict %s (invariant 7)', async (status, verdict) => {
    const { world, round } = await verification(BY_RUNBOOK);
    await round({ round: 0 });
    const { commandId, document } = world.runbooks.ends(status);
    await commandStatus(world, { commandId, document, status });
    expect(world.tokens.completed).toMatchObject([{ taskToken: 'token-0', output: { verdict } }]);
  });

  it('goes out with the longest window that a strategy may ask for', async () => {
    const verify = { by: 'runbook', timeoutSeconds: '15m', stableSeconds: '1h' };
    const { world, round } = await verification(configured({ strategies: [{ verify }] }));
    expect(await round({ round: 0 })).toBeUndefined();
    expect(world.runbooks.sent).toMatchObject([
      { parameters: { timeoutSeconds: '900', stableSeconds: '3600', executionTimeout: '4515' } },
    ]);
  });

  it('fails when the hosts can’t be asked', async () => {
    const { world, round } = await verification(BY_RUNBOOK);
    world.runbooks.onSend = () => {
      throw new RequestRefused('no such document');
    };
    expect(await round({ round: 0 })).toMatchObject({
      output: { verdict: 'failed', detail: 'no such document' },
    });
  });

  it('may be tried again after a transient error', async () => {
    const { world, round } = await verification(BY_RUNBOOK);
    world.runbooks.onSend = () => {
      throw new ServiceUnavailable('throttled');
    };
    await expect(round({ round: 0 })).rejects.toThrow(ServiceUnavailable);
    expect(world.tokens.completed).toEqual([]);
  });
});

describe('the verifier', () => {
  it.each([
    ['the endpoint, if there is one', { health: HEALTH }, { alarmName: memoryAlarm() }, 'recovered'],
    ['else the alarm that fired', {}, { alarmName: memoryAlarm() }, 'failed'],
    ['else the hosts', {}, {}, undefined],
  ])('is %s', async (_who, component, signal, verdict) => {
    const components = { web: withMemoryAlarm(component) };
    const { world, round } = await verification(configured({ components }), signal);
    world.clock.onSleep = (nowMs) => {
      world.clock.now = nowMs + 150_000;
    };
    const completed = await round({ round: 0 });
    if (verdict === undefined) expect(world.runbooks.sent).toHaveLength(1);
    else expect(completed).toMatchObject({ output: { verdict } });
  });

  it('is the component’s own alarms for another signal, if there is no service to ask the hosts about', async () => {
    const actions = [{ type: 'notify_soc' }];
    const components = { web: withMemoryAlarm({ service: undefined }) };
    const { world, toTheEnd } = await verification(configured({ components, strategies: [{ actions }] }));
    world.alarms.named.set(memoryAlarm(), 'OK');
    expect(await toTheEnd()).toMatchObject({ verdict: 'recovered' });
    expect(world.runbooks.sent).toEqual([]);
  });

  it.each([
    ['runbook', { service: undefined }, 'service'],
    ['endpoint', {}, 'health endpoint'],
  ])(
    'cannot be the %s without what it needs, which fails at once and says why',
    async (by, component, lack) => {
      const strategies = [{ actions: [{ type: 'notify_soc' }], verify: { by } }];
      const { world, round } = await verification(configured({ components: { web: component }, strategies }));
      expect(await round({ round: 0 })).toMatchObject({
        output: { verdict: 'failed', detail: expect.stringContaining(`has no ${lack}`) },
      });
      expect(world.runbooks.sent).toEqual([]);
    },
  );

  it('skips verification of an operation that is not on record', async () => {
    const { world, round } = await verification();
    Object.assign(world.store, { getOperation: async () => undefined });
    expect(await round({ round: 0 })).toMatchObject({ error: 'StepRefused' });
  });

  it('skips verification for an overtaken execution', async () => {
    const { world, operation, round } = await verification();
    await world.store.takeOver(inputOf(operation), NOON + 60_000);
    expect(await round({ round: 0 })).toMatchObject({
      error: 'StepRefused',
      cause: `operation ${operation.operationId} is no longer this execution's`,
    });
    expect(await world.store.getOperation(operation.operationId)).toMatchObject({ state: 'HEALING' });
  });
});
