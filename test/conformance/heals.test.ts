import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, type ExpectStatic, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { startWorkflowBench, type WorkflowBench } from '../factories/workflow-bench.ts';
import { alarmOf } from '../factories/workflow-landscape.ts';

const STABLE_SECONDS = 2;
const COOLDOWN_SECONDS = 4;
const MAXIMUM_TRANSITIONS = 14;

describe.skipIf(!requirement('python'))('a heal', () => {
  let bench: WorkflowBench;
  beforeAll(async () => {
    bench = await startWorkflowBench({
      components: {
        shop: {
          strategies: [
            {
              actions: [{ type: 'graceful_stop' }, { type: 'clear_temp_files' }, { type: 'start_component' }],
              verify: { timeoutSeconds: 10, stableSeconds: STABLE_SECONDS },
            },
          ],
        },
        rested: { strategies: [{ cooldownSeconds: COOLDOWN_SECONDS }] },
        'rested-together-a': {
          strategies: [{ components: ['rested-together-a', 'rested-together-b'], cooldownScope: 'strategy' }],
        },
        'rested-together-b': { strategies: [] },
        ladder: {
          strategies: [
            { maxAttempts: 2, cooldownSeconds: 0 },
            { maxAttempts: 1, cooldownSeconds: 0, actions: [{ type: 'isolate_network' }] },
          ],
        },
        named: {
          strategies: [
            { cooldownSeconds: 60 },
            { cooldownSeconds: 60, actions: [{ type: 'clear_temp_files' }, { type: 'start_component' }] },
          ],
        },
        red: { strategies: [{ cooldownSeconds: 3 }] },
        hushed: {},
      },
    });
  });
  afterAll(() => bench?.stop());

  const refusals = (component: string) => bench.store.listRefusals(component, 20);
  const refused = (local: ExpectStatic, component: string) =>
    local.poll(async () => (await refusals(component)).map(({ reason }) => reason), { timeout: 15_000 });
  const completed = async (component: string, nth = 1) => {
    const { operation } = await bench.ended(component, nth);
    expect(operation.state).toBe('COMPLETED');
    return operation;
  };
  const effectsOf = (component: string) =>
    bench.hosts.effects.filter((run) => run.component === component).map(({ action }) => action);

  it('of three actions goes from an alarm to a verified repair without polling (invariants 5 and 7)', async () => {
    const calls: string[] = [];
    const count = (message: unknown) => {
      const { request } = message as { readonly request: IncomingMessage };
      const target = String(request.headers['x-amz-target'] ?? '');
      if (target.startsWith('AmazonSSM.')) calls.push(target.slice('AmazonSSM.'.length));
    };
    subscribe('http.server.request.start', count);
    await bench.cloud.alarms.setAlarmState(alarmOf('shop'), 'ALARM', 'too many errors');
    const { operation, steps, states } = await bench.ended('shop');
    unsubscribe('http.server.request.start', count);

    expect(operation).toMatchObject({
      component: 'shop',
      strategyId: 'shop',
      state: 'COMPLETED',
      result: 'SUCCESS',
      attempt: 1,
      fence: 1,
      alert: { origin: 'alarm', alarmName: alarmOf('shop'), reason: 'too many errors' },
    });
    expect(operation.diagnosis?.rootCause).toBeTruthy();
    expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
      ['heal-0', 'graceful_stop', 'SUCCEEDED'],
      ['heal-1', 'clear_temp_files', 'SUCCEEDED'],
      ['heal-2', 'start_component', 'SUCCEEDED'],
    ]);
    expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
    expect(await bench.execution(operation.operationId)).toEqual({ status: 'SUCCEEDED' });
    expect(await bench.store.getClaim('shop')).toBeUndefined();

    const history = await bench.history(operation.operationId);
    const entered = history.filter(({ type }) => type?.endsWith('StateEntered'));
    expect(entered.length).toBeGreaterThanOrEqual(6);
    expect(entered.length).toBeLessThanOrEqual(MAXIMUM_TRANSITIONS);

    // Targets, command, and once its event has come the command and what its nodes say: nothing is asked twice.
    const once = ['DescribeInstanceInformation', 'SendCommand', 'ListCommands', 'ListCommandInvocations'];
    expect(calls.toSorted()).toEqual([...once, ...once, ...once].sort());

    const concludedAtMs = operation.completedAtMs ?? 0;
    const window = bench.health
      .looks('shop')
      .filter(({ atMs }) => atMs >= concludedAtMs - STABLE_SECONDS * 1_000 - 1_000 && atMs <= concludedAtMs);
    expect(window.length).toBeGreaterThanOrEqual(2);
    expect(window.every(({ good }) => good)).toBe(true);
  });

  it('leaves the component to rest afterwards (invariant 4)', async () => {
    await bench.signal('shop');
    await expect
      .poll(() => bench.store.listRefusals('shop', 10), { timeout: 10_000 })
      .toMatchObject([{ reason: 'COOLDOWN', strategyId: 'shop' }]);
    expect(bench.hosts.requests).toHaveLength(3);
  });

  it.concurrent('a strategy rests after its operation, and no longer than it must (invariant 4)', async ({
    expect,
  }) => {
    await bench.signal('rested');
    const first = await completed('rested');
    await bench.signal('rested');
    await refused(expect, 'rested').toEqual(['COOLDOWN']);
    const [refusal] = await refusals('rested');
    expect(refusal?.eligibleAtMs).toBe((first.completedAtMs ?? 0) + COOLDOWN_SECONDS * 1_000);
    await sleep((refusal?.eligibleAtMs ?? 0) - Date.now() + 50);
    await bench.signal('rested');
    expect(await completed('rested', 2)).toMatchObject({ attempt: 2, fence: 2 });
  });

  it.concurrent('a strategy whose rest has the scope of the strategy rests for every component (invariant 4)', async ({
    expect,
  }) => {
    await bench.signal('rested-together-a');
    await completed('rested-together-a');
    await bench.signal('rested-together-b');
    await refused(expect, 'rested-together-b').toEqual(['COOLDOWN']);
  });

  it.concurrent('spent attempts lead up the ladder, and in the end to people, once (invariants 3 and 11)', async ({
    expect,
  }) => {
    bench.health.pin('ladder', [false]);
    for (const [nth, strategyId, attempt] of [
      [1, 'ladder', 1],
      [2, 'ladder', 2],
      [3, 'ladder-2', 1],
    ] as const) {
      await bench.signal('ladder');
      const { operation } = await bench.ended('ladder', nth);
      expect(operation).toMatchObject({ state: 'FAILED', strategyId, attempt, fence: nth });
    }
    await bench.signal('ladder');
    await refused(expect, 'ladder').toEqual(['ATTEMPTS_SPENT']);
    await bench.signal('ladder');
    await refused(expect, 'ladder').toEqual(['ATTEMPTS_SPENT', 'ATTEMPTS_SPENT']);
    expect(effectsOf('ladder')).toEqual(['start_component', 'start_component', 'isolate_network']);
    const spentLetters = () =>
      bench.told('architect', 'ladder').filter(({ kind }) => kind === 'attempts-spent');
    await expect.poll(spentLetters, { timeout: 10_000 }).toHaveLength(1);

    await bench.cloud.alarms.setAlarmState(alarmOf('ladder'), 'OK', 'a human was there');
    await expect
      .poll(async () => (await bench.store.readLimits('ladder', 'none')).limits.component.spentToldAtMs, {
        timeout: 10_000,
      })
      .toBeUndefined();
    await bench.signal('ladder');
    await expect.poll(spentLetters, { timeout: 10_000 }).toHaveLength(2);
  });

  it.concurrent('a person may name the strategy; the limits hold all the same (invariant 4)', async ({
    expect,
  }) => {
    await bench.signal('named', { origin: 'manual', strategy: 'named-2', reason: 'the disk looks full' });
    const operation = await completed('named');
    expect(operation).toMatchObject({ strategyId: 'named-2', alert: { origin: 'manual' } });
    expect(effectsOf('named')).toEqual(['clear_temp_files', 'start_component']);
    await bench.signal('named', { origin: 'manual', strategy: 'named-2' });
    await refused(expect, 'named').toEqual(['COOLDOWN']);
    await bench.signal('named', { origin: 'manual', strategy: 'none-such' });
    await expect
      .poll(async () => (await refusals('named')).map(({ reason }) => reason).toSorted(), { timeout: 15_000 })
      .toEqual(['COOLDOWN', 'NO_STRATEGY']);
  });

  it.concurrent('an alarm that is still red after the rest is handed back by the reconciler (invariant 11)', async ({
    expect,
  }) => {
    await bench.cloud.alarms.setAlarmState(alarmOf('red'), 'ALARM', 'too many errors');
    const first = await completed('red');
    await bench.reconcile();
    expect(await refusals('red')).toEqual([]);
    await sleep((first.completedAtMs ?? 0) + 3_100 - Date.now());
    await bench.reconcile();
    const second = await completed('red', 2);
    expect(second).toMatchObject({ attempt: 2, alert: { origin: 'reconciler', alarmName: alarmOf('red') } });
    await bench.cloud.alarms.setAlarmState(alarmOf('red'), 'OK', 'fine again');
  });

  it.concurrent('an alarm that is red while it is muted is handed back by nobody (invariant 4)', async ({
    expect,
  }) => {
    const { alarms } = bench.cloud;
    const begin = new Date(Date.now() - 60_000).toISOString().slice(0, 'yyyy-MM-ddThh:mm'.length);
    const Schedule = { Expression: `at(${begin})`, Duration: 'PT1H' };
    const MuteTargets = { AlarmNames: [alarmOf('hushed')] };
    alarms.muteRules.put({ Name: 'maintenance', Rule: { Schedule }, MuteTargets }, Date.now());
    await alarms.setAlarmState(alarmOf('hushed'), 'ALARM', 'too many errors');
    expect(await bench.reconcile()).toContainEqual(
      expect.stringContaining(`left ${alarmOf('hushed')} alone: silenced by mute rule`),
    );
    await sleep(1_000);
    expect(await refusals('hushed')).toEqual([]);
    expect(effectsOf('hushed')).toEqual([]);
  });
});
