import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../../local/demo/timeline.ts';
import type { TimelineEntry } from '../../../../local/demo/timeline-entry.ts';

const entry = (over: Partial<TimelineEntry>): TimelineEntry => ({
  atMs: 1_000,
  component: 'payments',
  kind: 'state',
  state: '',
  tone: 'plain',
  why: '',
  ...over,
});

const shown = (...entries: readonly TimelineEntry[]) => {
  const order: TimelineEntry[] = [];
  const timeline = new Timeline({ entry: (each) => order.push(each), awaiting: () => undefined }, 0);
  timeline.add(...entries);
  timeline.flush(Number.POSITIVE_INFINITY);
  return order.map(({ kind, state, phase }) => [kind, state, ...(phase ? [phase] : [])].join(' '));
};

describe('the timeline', () => {
  it('lists a failed step before the rollback and the notice that it caused in the same millisecond', () => {
    expect(
      shown(
        entry({ state: 'FAILED' }),
        entry({ kind: 'notice', state: 'NOTIFIED' }),
        entry({ state: 'ROLLING_BACK' }),
        entry({ kind: 'step', state: 'SUCCEEDED', phase: 'escalate' }),
        entry({ kind: 'step', state: 'FAILED', phase: 'heal' }),
      ),
    ).toEqual([
      'step FAILED heal',
      'state ROLLING_BACK',
      'step SUCCEEDED escalate',
      'notice NOTIFIED',
      'state FAILED',
    ]);
  });

  it('lists a refusal before the notice about it', () => {
    expect(
      shown(
        entry({ kind: 'notice', state: 'NOTIFIED' }),
        entry({ kind: 'refusal', state: 'ATTEMPTS_SPENT' }),
      ),
    ).toEqual(['refusal ATTEMPTS_SPENT', 'notice NOTIFIED']);
  });

  it('keeps to the time wherever it differs', () => {
    expect(
      shown(entry({ kind: 'fault', state: 'FAULT', atMs: 1_001 }), entry({ state: 'FAILED', atMs: 1_000 })),
    ).toEqual(['state FAILED', 'fault FAULT']);
  });
});
