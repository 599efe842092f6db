import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeComponent, encodeComponent } from '../../../../functions/adapters/dynamodb/component-item.ts';
import { type Item, ItemNotDecodable } from '../../../../functions/adapters/dynamodb/item.ts';
import { decodeOperation, encodeOperation } from '../../../../functions/adapters/dynamodb/operation-item.ts';
import { decodePlan, encodePlan } from '../../../../functions/adapters/dynamodb/plan-item.ts';
import { decodeRefusal, encodeRefusal } from '../../../../functions/adapters/dynamodb/refusal-item.ts';
import { decodeStepRecord, encodeStepRecord } from '../../../../functions/adapters/dynamodb/step-item.ts';
import {
  decodeReport,
  decodeShard,
  saveReportInput,
  saveRoundInput,
} from '../../../../functions/adapters/dynamodb/watchdog-items.ts';
import type { ComponentRecord } from '../../../../functions/core/admission/records.ts';
import { REFUSAL_REASONS } from '../../../../functions/core/admission/refusal.ts';
import { STEP_OUTCOMES, type StepId } from '../../../../functions/core/operation/operation.ts';
import {
  alertOf,
  configurationOf,
  grantFor,
  NOON,
  stepOf,
} from '../../../factories/operations/admissions.ts';

const DAYS = 30;
const configuration = configurationOf({ components: ['checkout'] });
const limits = {
  component: {
    component: 'checkout',
    revision: 0,
    fence: 0,
    attemptsMs: {},
    cooldownUntilMs: {},
    failuresMs: {},
  },
  fleet: { revision: 0, inFlight: [], unhealthy: [], strategyCooldownUntilMs: {} },
};
const { operation, grant } = grantFor(alertOf('checkout'), configuration, limits);

const timeMs = fc.nat(4_102_444_800_000);
const strategyId = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const times = fc.dictionary(strategyId, fc.array(timeMs, { minLength: 1, maxLength: 4 }), {
  maxKeys: 3,
  noNullPrototype: true,
});
const token = fc.oneof(fc.base64String({ minLength: 1 }), fc.uuid(), fc.string({ minLength: 1 }));
const text = fc.string({ maxLength: 300, unit: 'binary' });

describe('items', () => {
  it('give back the component that was written, whatever its task token looks like', () => {
    const record = fc.record(
      {
        component: fc.constant('checkout'),
        revision: fc.integer({ min: 1, max: 1e9 }),
        fence: fc.constant(7),
        attemptsMs: times,
        failuresMs: times,
        cooldownUntilMs: fc.dictionary(strategyId, timeMs, { maxKeys: 3, noNullPrototype: true }),
        exhaustionNotifiedAtMs: timeMs,
        claim: fc.record(
          {
            operationId: fc.constant(operation.operationId),
            strategyId,
            fence: fc.constant(7),
            leaseUntilMs: timeMs,
            step: fc.record({
              stepId: fc.constant<StepId>('heal-12'),
              order: fc.nat(),
              taskToken: token,
              startedAtMs: timeMs,
              deadlineMs: timeMs,
            }),
          },
          { requiredKeys: ['operationId', 'strategyId', 'fence', 'leaseUntilMs'] },
        ),
      },
      {
        requiredKeys: ['component', 'revision', 'fence', 'attemptsMs', 'failuresMs', 'cooldownUntilMs'],
      },
    );
    fc.assert(
      fc.property(record, (one) => {
        expect(decodeComponent(encodeComponent(one as ComponentRecord))).toEqual(one);
      }),
    );
  });

  it('give back the operation that was written, with any text and any number', () => {
    const facts = fc.record({
      reason: text,
      current: fc.double({ noNaN: true, min: -(2 ** 360), max: 2 ** 360 }),
      baseline: fc.float({ noNaN: true, min: -1e9, max: 1e9 }),
    });
    fc.assert(
      fc.property(facts, fc.uniqueArray(fc.string({ minLength: 1 })), (parts, targets) => {
        const one = { ...operation, alert: { ...operation.alert, ...parts, targets } };
        const read = decodeOperation(encodeOperation(one, DAYS));
        // A number has no negative zero in DynamoDB.
        const figures = { current: parts.current + 0, baseline: parts.baseline + 0 };
        expect(read).toEqual({ ...one, alert: { ...one.alert, ...figures } });
      }),
    );
  });

  it('give back the undo steps that were laid out, or say that they are damaged', () => {
    const item = encodeOperation(operation, DAYS);
    const undo = (text: string) => decodeOperation({ ...item, undo: { S: text } });
    expect(undo('[{"stepId":"rollback-0"}]').undoSteps).toEqual([{ stepId: 'rollback-0' }]);
    expect(() => undo('[{"stepId":')).toThrow(ItemNotDecodable);
  });

  it.each(STEP_OUTCOMES)('give back a step that is %s', (outcome) => {
    const step = stepOf(operation, {
      outcome,
      completedAtMs: NOON,
      detail: 'ü',
      reference: { executor: 'run_command', id: 'c' },
      targets: [],
    });
    expect(decodeStepRecord(encodeStepRecord(step, DAYS))).toEqual(step);
  });

  it.each(REFUSAL_REASONS)('give back a refusal for %s', (reason) => {
    const refusal = {
      signalId: 's',
      component: 'checkout',
      reason,
      detail: 'd',
      occurredAtMs: NOON,
      refusedAtMs: NOON,
    };
    expect(decodeRefusal(encodeRefusal(refusal, DAYS))).toEqual(refusal);
  });

  it('give back the plan of an operation, and refuse one of another format', () => {
    const item = encodePlan(grant.plan);
    expect(decodePlan(item)).toEqual(grant.plan);
    expect(() => decodePlan({ ...item, formatVersion: { N: '2' } })).toThrow(ItemNotDecodable);
    expect(() => decodePlan({ ...item, plan: { S: '{"strategy":' } })).toThrow(ItemNotDecodable);
  });

  it('damaged items are named by what is left of their key', () => {
    const keyOf = (item: Item) => {
      try {
        decodePlan(item);
        return undefined;
      } catch (error) {
        return error instanceof ItemNotDecodable ? error.key : error;
      }
    };
    expect(keyOf({ pk: { S: 'PLAN#1' } })).toEqual({ pk: 'PLAN#1', sk: '(none)' });
    expect(keyOf({ sk: { S: 'PLAN' } })).toEqual({ pk: '(none)', sk: 'PLAN' });
    expect(keyOf({ pk: { N: '1' }, sk: { N: '1' } })).toEqual({ pk: '(none)', sk: '(none)' });
  });

  it('the item of a report holds only the peers that did not answer: most rounds name none', () => {
    const report = { vantagePoint: 'outside', roundAtMs: NOON, peersAsOfMs: NOON, missed: [], unchecked: [] };
    const attributes = (given: Partial<typeof report> | { missed: string[] }) =>
      Object.keys(saveReportInput('heal', 0, { ...report, ...given }).Item ?? {});
    expect(attributes({})).toEqual(['pk', 'sk', 'roundAtMs', 'peersAsOfMs']);
    expect(attributes({ missed: ['web'] })).toContain('missed');
    const { Item = {} } = saveReportInput('heal', 0, report);
    expect(decodeReport(Item)).toEqual(report);
  });

  describe('of a shard with peers in trouble', () => {
    const state = { status: 'OFFLINE' as const, missedCount: 3, restartCount: 0, lastSeenMs: NOON };
    const escalation = {
      ...{ kind: 'escalation' as const, action: 'alert' as const, severity: 'MEDIUM' as const },
      ...{ missedCount: 3, restartCount: 0, missedFor: 'HTTP_503' as const },
    };
    const record = {
      ...{ shard: 0, roundAtMs: NOON, seenAtMs: NOON, startedAtMs: NOON, peerCount: 3, observers: {} },
      totals: { checks: 1, misses: 1, restarts: 0, isolations: 0 },
      states: { web: { ...state, missedFor: 'ECONNREFUSED' as const }, api: state, db: state },
      responses: { roster: 'r', milliseconds: [] },
      pending: [{ subject: 'web', roundAtMs: NOON, step: escalation }],
    };
    const { Item = {} } = saveRoundInput('heal', record, undefined);

    it('hold nothing of peers that are healthy, and do not answer', () => {
      const healthy = { ...record, states: {}, pending: [] };
      const { Item: written = {} } = saveRoundInput('heal', healthy, undefined);
      for (const name of ['states', 'missedFor', 'observers', 'responses', 'pending'])
        expect(written).not.toHaveProperty(name);
      expect(decodeShard(written)).toEqual(healthy);
    });

    it('keep each state in six elements, as an older release reads it', () => {
      const states = Object.values(Item['states']?.M ?? {});
      expect(states.map(({ L }) => L?.length)).toEqual([6, 6, 6]);
      expect(decodeShard(Item)).toEqual(record);
    });

    it('are read if a later release has added to a state, or knows more reasons', () => {
      const reason = { S: 'A_REASON_TO_COME' };
      const added = (tuple: AttributeValue): AttributeValue => ({ L: [...(tuple.L ?? []), reason] });
      const tuples = Object.entries(Item['states']?.M ?? {}).map(([name, tuple]) => [name, added(tuple)]);
      const later = { ...escalation, missedFor: reason.S } as unknown as typeof escalation;
      const pending = [{ subject: 'web', roundAtMs: NOON, step: later }];
      const written = saveRoundInput('heal', { ...record, pending }, undefined).Item ?? {};
      const { missedFor: _, ...plain } = escalation;
      expect(
        decodeShard({
          ...written,
          states: { M: Object.fromEntries(tuples) },
          missedFor: { L: [{ S: '' }, reason, { S: 'NO_ANSWER' }] },
        }),
      ).toEqual({
        ...record,
        states: { api: state, db: state, web: { ...state, missedFor: 'NO_ANSWER' } },
        pending: [{ subject: 'web', roundAtMs: NOON, step: plain }],
      });
      const report = {
        ...{ sk: { S: 'east' }, pk: { S: 'p' } },
        roundAtMs: { N: '1' },
        peersAsOfMs: { N: '1' },
      };
      const reasons = { M: { web: reason, api: { S: 'HTTP_503' } } };
      expect(decodeReport({ ...report, reasons }).reasons).toEqual({ api: 'HTTP_503' });
    });
  });

  it('expire after the retention, except those that limits depend on', () => {
    const seconds = (item: Item) => item['expiresAt']?.N;
    expect(seconds(encodeOperation(operation, DAYS))).toBe(String(NOON / 1_000 + 2_592_000));
    const claimed = { ...limits.component, revision: 1 };
    expect(seconds(encodeComponent(claimed))).toBeUndefined();
  });

  it('stay under one write unit: a component with a long task token, three attempts and a cooldown', () => {
    const step = {
      stepId: 'rollback-12',
      order: 12_002_012_003,
      taskToken: Buffer.alloc(675, 'k').toString('base64'),
      startedAtMs: NOON,
      deadlineMs: NOON,
    } as const;
    const claim = {
      operationId: operation.operationId,
      strategyId: 'restart-the-service',
      fence: 12,
      leaseUntilMs: NOON,
      step,
    };
    const record: ComponentRecord = {
      component: 'checkout-api-production',
      revision: 1_234,
      fence: 12,
      claim,
      attemptsMs: { 'restart-the-service': [NOON, NOON, NOON] },
      failuresMs: {},
      cooldownUntilMs: { 'roll-back-configuration': NOON },
    };
    expect(itemBytes(encodeComponent(record))).toBeLessThanOrEqual(1_024);
  });

  it('stay under one write unit: an operation with the longest reason and a diagnosis', () => {
    const alert = alertOf('checkout-api-production', { reason: 'r'.repeat(300), alarmName: 'a'.repeat(60) });
    const diagnosis = { rootCause: 'memory_exhaustion', confidence: 0.9, suggestedFix: 'f'.repeat(60) };
    const final = { state: 'COMPLETED', result: 'SUCCESS', completedAtMs: NOON, diagnosis } as const;
    const one = { ...operation, component: 'checkout-api-production', alert, ...final };
    expect(itemBytes(encodeOperation(one, DAYS))).toBeLessThanOrEqual(1_024);
  });
});

/** As DynamoDB counts: names and values, 3 bytes for a list or map and 1 for each of its elements. */
function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + name.length + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.B !== undefined) return value.B.length;
  if (value.L !== undefined) return value.L.reduce((sum, each) => sum + 1 + valueBytes(each), 3);
  if (value.M !== undefined) return 3 + itemBytes(value.M) + Object.keys(value.M).length;
  throw new Error(`no size for ${JSON.stringify(value)}`);
}
