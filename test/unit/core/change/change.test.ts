import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOf, heldUntilMs } from '../../../../functions/core/change/change.ts';
import type { ChangeEvent, ChangePhase } from '../../../../functions/core/change/change-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const HOLD_SECONDS = 3_600;

function reported(phase: ChangePhase, atMs: number, changeId = 'run-1'): ChangeEvent {
  return {
    ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId, phase, atMs },
    summary: `${changeId} ${phase}`,
  };
}

const changes = (events: readonly ChangeEvent[], nowMs = NOON) => changesOf(events, nowMs, HOLD_SECONDS);

describe('changesOf', () => {
  it('makes one change of its beginning and its end', () => {
    const events = [reported('finished', NOON - MINUTE_MS), reported('started', NOON - 5 * MINUTE_MS)];
    expect(changes(events)).toMatchObject([
      { status: 'SUCCEEDED', startedAtMs: NOON - 5 * MINUTE_MS, endedAtMs: NOON - MINUTE_MS },
    ]);
  });

  it('counts a change without an end as in progress until its time is up', () => {
    const begun = reported('started', NOON);
    const untilMs = heldUntilMs({ startedAtMs: NOON }, HOLD_SECONDS);
    expect(untilMs).toBe(NOON + HOLD_SECONDS * 1_000);
    expect(changes([begun], untilMs - 1)).toMatchObject([{ status: 'IN_PROGRESS' }]);
    expect(changes([begun], untilMs)).toMatchObject([{ status: 'OVERDUE' }]);
  });

  it('counts an end without a beginning as a change that took effect at once', () => {
    expect(changes([reported('finished', NOON)])).toMatchObject([
      { status: 'SUCCEEDED', startedAtMs: NOON, endedAtMs: NOON },
    ]);
  });

  it('distinguishes runs with the same id', () => {
    const events = [0, 10].flatMap((minute) => [
      reported('started', NOON - (20 - minute) * MINUTE_MS),
      reported(minute === 0 ? 'failed' : 'finished', NOON - (15 - minute) * MINUTE_MS),
    ]);
    expect(changes(events).map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED']);
  });

  it('puts a beginning and an end of the same second in their order', () => {
    expect(changes([reported('finished', NOON), reported('started', NOON)])).toMatchObject([
      { status: 'SUCCEEDED', startedAtMs: NOON, endedAtMs: NOON },
    ]);
  });

  describe('for a resource that has one change at a time', () => {
    const of = (
      changeId: string,
      phase: ChangePhase,
      minutesAgo: number,
      more: Partial<ChangeEvent> = {},
    ): ChangeEvent => ({
      ...reported(phase, NOON - minutesAgo * MINUTE_MS, changeId),
      ...{ source: 'ecs', resource: 'production/orders' },
      ...more,
    });

    it('ends an open change when the next one begins', () => {
      const events = [of('v42', 'started', 20), of('v43', 'started', 10), of('v43', 'finished', 5)];
      expect(changes(events)).toMatchObject([
        { changeId: 'v43', status: 'SUCCEEDED' },
        {
          ...{ changeId: 'v42', status: 'REPLACED', endedAtMs: NOON - 10 * MINUTE_MS },
          supersededBy: 'v43',
        },
      ]);
    });

    it('ends an open change when the next one ends, if no beginning of that was reported', () => {
      expect(changes([of('v42', 'started', 20), of('v43', 'finished', 5)])).toMatchObject([
        { changeId: 'v43' },
        { changeId: 'v42', status: 'REPLACED' },
      ]);
    });

    it('keeps the end that was reported', () => {
      const events = [of('v42', 'started', 20), of('v42', 'failed', 15), of('v43', 'started', 10)];
      expect(changes(events)).toMatchObject([
        { changeId: 'v43', status: 'IN_PROGRESS' },
        { changeId: 'v42', status: 'FAILED', supersededBy: 'v43' },
      ]);
    });

    it('ends an open change with one of Selfheal’s own, which supersedes nothing', () => {
      const events = [of('v42', 'started', 20), of('again', 'started', 10, { operationId: 'o-1' })];
      const [, earlier] = changes(events);
      expect(earlier).toMatchObject({ changeId: 'v42', status: 'REPLACED' });
      expect(earlier).not.toHaveProperty('supersededBy');
    });

    it.each([
      ['another resource', { resource: 'production/web' }],
      ['another source', { source: 'pipeline' }],
      ['the same second', { atMs: NOON - 20 * MINUTE_MS }],
    ] as const)('ends nothing with a change of %s', (_, more) => {
      const found = changes([of('v42', 'started', 20), of('v43', 'started', 10, more)]);
      expect(found.map(({ status }) => status)).toEqual(['IN_PROGRESS', 'IN_PROGRESS']);
    });
  });

  it('does not depend on the order of delivery, nor on repetition', () => {
    const event = fc.record({
      phase: fc.constantFrom<ChangePhase>('started', 'finished', 'failed'),
      minute: fc.integer({ min: 0, max: 30 }),
      changeId: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(
        fc
          .uniqueArray(event, { selector: ({ minute, changeId }) => `${changeId}${minute}`, maxLength: 8 })
          .chain((given) =>
            fc.tuple(
              fc.constant(given),
              fc.shuffledSubarray([...given, ...given], { minLength: given.length * 2 }),
            ),
          ),
        ([given, shuffled]) => {
          const of = (list: typeof given) =>
            changes(
              list.map(({ phase, minute, changeId }) => reported(phase, NOON - minute * MINUTE_MS, changeId)),
            );
          expect(of(shuffled)).toEqual(of(given));
        },
      ),
    );
  });
});
