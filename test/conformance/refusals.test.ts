import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { output, startWorkflowBench, type WorkflowBench } from '../factories/workflow-bench.ts';
import { alarmDetail, alarmEntry, alarmEnvelope, MUTED, SUPPRESSED } from '../factories/workflow-events.ts';
import { invokeFunction } from '../factories/workflow-functions.ts';
import { alarmOf } from '../factories/workflow-landscape.ts';
import { whileBroken, withConfiguration } from '../factories/workflow-operations.ts';
import { drainQueue } from '../factories/workflow-queues.ts';
import { until } from '../factories/workflow-until.ts';

const CONCURRENT_ALARMS = 50;

describe.skipIf(!requirement('python'))('a signal that does not lead to an operation', () => {
  let bench: WorkflowBench;
  beforeAll(async () => {
    bench = await startWorkflowBench({
      components: {
        well: { strategies: [{ components: ['well', 'excluded', 'informed'], cooldownSeconds: 0 }] },
        muted: {},
        suppressed: {},
        excluded: { strategies: [], more: { excluded: true } },
        informed: { strategies: [], severity: 'INFO' },
        patient: { strategies: [{ trigger: { metrics: ['error_rate'], consecutiveFailures: 3 } }] },
        crowded: {},
        repeated: {},
        paused: {},
      },
    });
  });
  afterAll(() => bench?.stop());

  const reasons = async (component: string) =>
    (await bench.store.listRefusals(component, 100)).map(({ reason }) => reason);
  const refused = (component: string) =>
    expect.poll(() => reasons(component), { timeout: 20_000, interval: 200 });
  const untouched = (component: string) =>
    expect(bench.hosts.requests.filter((run) => run.component === component)).toEqual([]);

  it('is recorded if it cannot be understood, and nothing of it is used (invariants 6 and 9)', async () => {
    await bench.cloud.bus.put({
      Source: 'test',
      DetailType: 'Selfheal Signal',
      Detail: JSON.stringify({ component: 'well; reboot', metric: 'error_rate' }),
    });
    await refused('unknown').toEqual(['NOT_UNDERSTOOD']);
    await bench.cloud.bus.put(alarmEntry({ alarmName: alarmOf('well'), state: { value: 'ALARM' } }));
    await refused('unknown').toEqual(['NOT_UNDERSTOOD', 'NOT_UNDERSTOOD']);
    untouched('well');
  });

  it('is recorded under its name if no component has it (invariant 6)', async () => {
    await bench.signal('stranger');
    await refused('stranger').toEqual(['UNKNOWN_COMPONENT']);
  });

  it('is dropped by the rule while its alarm is muted or suppressed (invariant 4)', async () => {
    await bench.cloud.bus.put(alarmEntry(alarmDetail('muted', {}, MUTED)));
    await bench.cloud.bus.put(alarmEntry(alarmDetail('suppressed', SUPPRESSED)));
    // What comes after them has been taken in; they have not.
    await bench.signal('stranger');
    await refused('stranger').toHaveLength(2);
    expect([...(await reasons('muted')), ...(await reasons('suppressed'))]).toEqual([]);
    untouched('muted');
    untouched('suppressed');
  });

  it('is refused by triage too if it is muted or suppressed, however it came there (invariants 4 and 6)', async () => {
    const triage = (detail: Parameters<typeof alarmEnvelope>[0]) =>
      invokeFunction(bench.cloud.aws, 'selfheal-triage', alarmEnvelope(detail));
    expect(await triage(alarmDetail('muted', {}, MUTED))).toMatchObject({ reason: 'MUTED' });
    expect(await triage(alarmDetail('suppressed', SUPPRESSED))).toMatchObject({ reason: 'SUPPRESSED' });
    expect(await reasons('muted')).toEqual(['MUTED']);
    expect(await reasons('suppressed')).toEqual(['SUPPRESSED']);
  });

  it('is refused for a component that is excluded, for severity INFO, and for a target that is another’s (invariants 4, 6 and 10)', async () => {
    await bench.signal('excluded');
    await bench.cloud.alarms.setAlarmState(alarmOf('informed'), 'ALARM', 'just so you know');
    await bench.signal('well', { targets: ['i-0000000000000ffff'] });
    await bench.signal('well', { metric: 'latency_p99' });
    await refused('excluded').toEqual(['EXCLUDED']);
    await refused('informed').toEqual(['SEVERITY_TOO_LOW']);
    await expect
      .poll(async () => (await reasons('well')).toSorted(), { timeout: 10_000 })
      .toEqual(['NO_STRATEGY', 'UNKNOWN_TARGET']);
    for (const component of ['excluded', 'informed', 'well']) untouched(component);
  });

  it('waits for as many in a row as its trigger wants, and a recovery starts the count anew', async () => {
    const recover = async () => {
      await bench.cloud.alarms.setAlarmState(alarmOf('patient'), 'ALARM', 'too many errors');
      await refused('patient').toHaveLength(2);
      await bench.cloud.alarms.setAlarmState(alarmOf('patient'), 'OK', 'fine again');
      await expect
        .poll(async () => (await bench.store.readLimits('patient', 'none')).limits.component.failuresMs)
        .toEqual({});
    };
    await bench.signal('patient');
    await refused('patient').toEqual(['TRIGGER_PENDING']);
    await recover();
    const first = Date.now();
    for (const number of [3, 4]) {
      // Alerts in a row are told apart by their times, which events give in seconds.
      await until('the next second', 3, () => (Date.now() - first > (number - 3) * 1_100 ? true : undefined));
      await bench.signal('patient');
      await refused('patient').toHaveLength(number);
    }
    untouched('patient');
    await until('the next second', 4, () => (Date.now() - first > 2_200 ? true : undefined));
    await bench.signal('patient');
    expect((await bench.ended('patient')).operation.state).toBe('COMPLETED');
  });

  it('is one of fifty at once: exactly one operation, every other a refusal, none lost (invariants 1 and 6)', async () => {
    bench.hosts.script('crowded', { start_component: { takesMs: 8_000 } });
    await Promise.all(
      Array.from({ length: CONCURRENT_ALARMS }, (_, index) =>
        bench.signal('crowded', { signalId: `crowd-${index}` }),
      ),
    );
    await refused('crowded').toHaveLength(CONCURRENT_ALARMS - 1);
    expect(new Set(await reasons('crowded')).size).toBeLessThanOrEqual(2);
    for (const reason of await reasons('crowded')) expect(['IN_PROGRESS', 'COOLDOWN']).toContain(reason);
    await bench.ended('crowded');
    const operations = await bench.store.listOperations(100);
    expect(operations.filter(({ component }) => component === 'crowded')).toHaveLength(1);
    expect(bench.hosts.effects.filter(({ component }) => component === 'crowded')).toHaveLength(1);
  });

  it('is the same one again: the operation that it led to is all there is (invariants 1 and 6)', async () => {
    const detail = alarmDetail('repeated');
    await Promise.all([1, 2, 3].map(() => bench.cloud.bus.put(alarmEntry(detail))));
    const { operation } = await bench.ended('repeated');
    await bench.cloud.bus.put(alarmEntry(detail));
    await bench.signal('stranger', { signalId: randomUUID() });
    await refused('stranger').toHaveLength(3);
    expect(operation).toMatchObject({ state: 'COMPLETED', attempt: 1, fence: 1 });
    expect(await reasons('repeated')).toEqual([]);
    const operations = await bench.store.listOperations(100);
    expect(operations.filter(({ component }) => component === 'repeated')).toHaveLength(1);
  });

  it('is refused while the settings say paused, or that nothing is healed at all (invariants 4 and 6)', async () => {
    for (const [settings, reason] of [
      [{ paused: true }, 'PAUSED'],
      [{ autoHealEnabled: false }, 'AUTO_HEAL_DISABLED'],
    ] as const) {
      await withConfiguration(bench, 'selfheal-triage', settings, async () => {
        await bench.signal('paused', { signalId: reason });
        await expect
          .poll(async () => (await bench.store.listRefusals('paused', 1))[0]?.reason, { timeout: 20_000 })
          .toBe(reason);
      });
    }
    untouched('paused');
  });

  it('is kept in the dead-letter queue if triage cannot reach its table (invariant 6)', async () => {
    const { aws } = bench.cloud;
    const reason = `kept ${randomUUID()}`;
    const queue = output(bench.cloud, 'SignalDeadLetterQueueUrl');
    let letter = '';
    await whileBroken(bench, 'selfheal-triage', async () => {
      await bench.signal('well', { reason });
      letter = await until('a dead letter', 90, async () => (await drainQueue(aws, queue, 1))[0]);
    });
    expect(letter).toContain(reason);
    untouched('well');

    const { event } = JSON.parse(letter) as { readonly event: unknown };
    expect(await invokeFunction(aws, 'selfheal-triage', event)).toMatchObject({ decision: 'heal' });
  });
});
