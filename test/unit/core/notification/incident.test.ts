import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeIncident,
  type IncidentRecord,
  isRepaired,
} from '../../../../functions/core/notification/incident.ts';

const KEY = 'selfheal-1-r-web';
type Change = readonly ['open' | 'resolve', number];

/** What a ticket system receives when changes arrive in this order; `lost` are announcements that nobody could deliver. */
function announced(changes: readonly Change[], lost: ReadonlySet<number> = new Set()): readonly string[] {
  let record: IncidentRecord | undefined;
  const said: string[] = [];
  for (const [index, [change, atMs]] of changes.entries()) {
    const verdict = changeIncident(record, { key: KEY, change }, atMs, 'web');
    record = verdict.record ?? record;
    if (verdict.announce !== 'change' || lost.has(index)) continue;
    said.push(change);
    if (record) record = { ...record, announced: true };
  }
  return said;
}

const FAILURES: readonly Change[] = [
  ['open', 1_000],
  ['open', 2_000],
  ['open', 3_000],
];
const RECOVERY: Change = ['resolve', 4_000];

describe('an incident', () => {
  it('opens once for several failed attempts, and is resolved once', () => {
    expect(announced([...FAILURES, RECOVERY, RECOVERY])).toEqual(['open', 'resolve']);
  });

  it('opens again after it was resolved', () => {
    expect(announced([...FAILURES, RECOVERY, ['open', 5_000], ['resolve', 6_000]])).toEqual([
      'open',
      'resolve',
      'open',
      'resolve',
    ]);
  });

  it('does not open for a failure that is reported after the recovery', () => {
    expect(announced([RECOVERY, ...FAILURES])).toEqual([]);
    expect(announced([...FAILURES, RECOVERY, ['open', 2_000], ['open', 3_000]])).toEqual(['open', 'resolve']);
  });

  it('stays open after a recovery from before the failure', () => {
    expect(announced([['open', 5_000], RECOVERY, ['resolve', 5_000]])).toEqual(['open']);
  });

  it('is announced again until the announcement succeeds', () => {
    expect(announced([...FAILURES, RECOVERY, RECOVERY], new Set([0, 3]))).toEqual(['open', 'resolve']);
  });

  it('opens at most once and resolves at most once, however its events are repeated and reordered', () => {
    const events = fc.shuffledSubarray([...FAILURES, ...FAILURES, RECOVERY, RECOVERY], { minLength: 8 });
    fc.assert(
      fc.property(events, (changes) => {
        const said = announced(changes);
        const first = changes.findIndex(([change]) => change === 'resolve');
        expect(said).toEqual(first === 0 ? [] : ['open', 'resolve']);
      }),
    );
  });

  it('notifies pagers of each failure, but not of one from before the recovery', () => {
    const open = { key: KEY, status: 'open', sinceMs: 1_000, announced: true } as const;
    const failed = (record: IncidentRecord) => changeIncident(record, { key: KEY, change: 'open' }, 2_000);
    expect(failed(open)).toEqual({ record: { ...open, sinceMs: 2_000 }, announce: 'repetition' });
    expect(failed({ ...open, status: 'resolved', sinceMs: 3_000 })).toEqual({ announce: 'nothing' });
  });

  it('keeps all that is on record of it, with what changes', () => {
    const named = { key: KEY, component: 'web', origin: 'alarm', metric: 'memory' } as const;
    const { component, ...about } = named;
    const opened = changeIncident(undefined, { ...about, change: 'open' }, 1_000, component);
    const open = { ...named, status: 'open', sinceMs: 1_000, announced: false } as const;
    expect(opened).toStrictEqual({ record: open, announce: 'change' });
    const resolving = { key: KEY, change: 'resolve' } as const;
    const resolved = { ...open, status: 'resolved', sinceMs: 2_000 } as const;
    expect(changeIncident(open, resolving, 2_000)).toStrictEqual({ record: resolved, announce: 'change' });
    expect(changeIncident(resolved, resolving, 3_000)).toStrictEqual({
      ...{ record: { ...resolved, sinceMs: 3_000 }, announce: 'change' },
    });
    expect(changeIncident({ ...resolved, announced: true }, resolving, 3_000)).toStrictEqual({
      ...{ record: { ...resolved, sinceMs: 3_000, announced: true }, announce: 'nothing' },
    });
    expect(changeIncident(undefined, resolving, 3_000)).toStrictEqual({
      ...{ record: { key: KEY, status: 'resolved', sinceMs: 3_000, announced: true }, announce: 'nothing' },
    });
  });

  it('stays as it is on record after a failure of the same moment', () => {
    const open = { key: KEY, status: 'open', sinceMs: 1_000, announced: true } as const;
    const again = { key: KEY, change: 'open', origin: 'alarm' } as const;
    expect(changeIncident(open, again, 1_000)).toStrictEqual({ announce: 'repetition' });
    expect(changeIncident({ ...open, announced: false }, again, 1_000)).toStrictEqual({ announce: 'change' });
  });

  it('is repaired if a repair was verified since the latest failure', () => {
    const repaired = (repairedAtMs?: number) =>
      isRepaired({
        ...{ key: KEY, status: 'open', sinceMs: 1_000, announced: true },
        ...(repairedAtMs !== undefined && { repairedAtMs }),
      });
    expect([repaired(1_000), repaired(999), repaired()]).toEqual([true, false, false]);
  });

  it('stays open after a recovery from before the latest failure', () => {
    expect(announced([['open', 1_000], ['open', 5_000], RECOVERY])).toEqual(['open']);
  });

  it('opens again after a day without a failure: nobody may have reported its end', () => {
    const day = 24 * 60 * 60_000;
    expect(
      announced([
        ['open', 1_000],
        ['open', day],
        ['open', 2 * day],
      ]),
    ).toEqual(['open', 'open']);
  });

  it('keeps what reported the latest failure', () => {
    const { record } = changeIncident(
      undefined,
      { key: KEY, change: 'open', origin: 'manual', metric: 'cpu' },
      1_000,
    );
    const later = { key: KEY, change: 'open', origin: 'alarm', metric: 'memory' } as const;
    expect(changeIncident(record, later, 2_000)).toMatchObject({
      record: { origin: 'alarm', metric: 'memory' },
    });
  });

  it('is not announced as resolved if it was never announced as open', () => {
    expect(announced([RECOVERY, ['resolve', 9_000]])).toEqual([]);
  });
});
