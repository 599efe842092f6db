import { describe, expect, it } from 'vitest';
import {
  boardKey,
  changeEventKey,
  changesPartition,
  componentKey,
  componentOf,
  denialKey,
  earliestChangeKey,
  endedIncidentKey,
  expiresAtSeconds,
  observationKey,
  operationKey,
  operationOfStep,
  planKey,
  proposalKey,
  refusalKey,
  refusalsPartition,
  samplesPartition,
  stepKey,
} from '../../../../functions/adapters/dynamodb/keys.ts';
import {
  peersQuery,
  registeredPeerKey,
  reportsQuery,
  shardKey,
  shardsQuery,
} from '../../../../functions/adapters/dynamodb/watchdog-items.ts';
import type { ChangeEvent } from '../../../../functions/core/change/change-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

/** Items that an earlier version has written are found by them: a key that changes loses what is on record. */
describe('the keys of the table', () => {
  it.each([
    [componentKey('web'), 'COMPONENT#web', 'LIMITS'],
    [operationKey('op'), 'OPERATIONS', 'op'],
    [observationKey('op'), 'OBSERVATIONS', 'op'],
    [proposalKey('op'), 'PROPOSALS', 'op'],
    [planKey('plan'), 'PLANS', 'plan'],
    [denialKey('ssm:SendCommand', 'act'), 'DENIALS', 'act#ssm:SendCommand'],
    [denialKey('ssm:SendCommand'), 'DENIALS', 'unknown#ssm:SendCommand'],
    [stepKey('op', 'heal-0'), 'STEPS#op', 'heal-0'],
    [boardKey('web'), 'NEIGHBOURHOOD#web', 'INCIDENTS'],
    [endedIncidentKey('incident'), 'ENDED-INCIDENTS', 'incident'],
    [shardKey(7), 'WATCHDOG', 'SHARD#0007'],
    [registeredPeerKey('b'), 'WATCHDOG#PEERS', 'b'],
  ])('stay as they are: %j', (key, pk, sk) => {
    expect(key).toEqual({ pk, sk });
  });

  it('lead back to what they are of', () => {
    expect(componentOf(componentKey('web'))).toBe('web');
    expect(operationOfStep(stepKey('op', 'heal-0'))).toBe('op');
  });

  it('sort by time, and are the same for the same event', () => {
    expect(refusalKey('web', 'signal', NOON)).toEqual({
      pk: refusalsPartition('web'),
      sk: expect.stringMatching(/^001795354200000#[0-9a-f]+$/),
    });
    expect(refusalKey('web', 'signal', NOON)).toEqual(refusalKey('web', 'signal', NOON));
    expect(refusalKey('web', 'other', NOON)).not.toEqual(refusalKey('web', 'signal', NOON));
    expect(refusalsPartition('web')).toBe('REFUSALS#web');
    expect(changesPartition('web')).toBe('CHANGES#web');
    expect(samplesPartition('web', 'queue')).toBe('SAMPLES#web#queue');
    expect([earliestChangeKey(NOON), earliestChangeKey(-5)]).toEqual(['001795354200000', '000000000000000']);
  });

  it('differ for each phase of a change, and for each source and id', () => {
    const event = { component: 'web', source: 'lambda', changeId: 'c', phase: 'began', atMs: NOON };
    const keyOf = (more: object = {}) => changeEventKey({ ...event, ...more } as unknown as ChangeEvent);
    expect(keyOf()).toEqual({ pk: 'CHANGES#web', sk: expect.stringMatching(/^001795354200000#[0-9a-f]+$/) });
    const keys = [{}, { source: 'ecs' }, { changeId: 'd' }, { phase: 'ended' }, { atMs: NOON + 1 }].map(
      keyOf,
    );
    expect(new Set(keys.map(({ sk }) => sk)).size).toBe(keys.length);
  });

  it('expire after whole days, in seconds', () => {
    expect(expiresAtSeconds(NOON + 999, 30)).toBe(NOON / 1_000 + 30 * 86_400);
  });

  it('of the watchdog are read by partition', () => {
    const partitionOf = ({ ExpressionAttributeValues: values }: ReturnType<typeof peersQuery>) =>
      values?.[':pk']?.S;
    expect([shardsQuery('t'), peersQuery('t'), reportsQuery('t', 3)].map(partitionOf)).toEqual([
      ...['WATCHDOG', 'WATCHDOG#PEERS', 'WATCHDOG#REPORTS#3'],
    ]);
  });
});
