import { describe, expect, it } from 'vitest';
import { withGathered } from '../../../../functions/app/analyze/gather-joint.ts';
import { withChanges } from '../../../../functions/app/analyze/read-changes.ts';
import type { SeriesPlan } from '../../../../functions/core/analysis/judge-series.ts';
import type { ReadWindow, SeriesRead, WaitingRow } from '../../../../functions/core/analysis/read-window.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { createAnalysisLab, LAB_NOW, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';

const at = (periods: number) => LAB_NOW + periods * STEP_MS;
const monitor = { kind: 'monitor' };

interface Place {
  readonly readUntilMs?: number;
  readonly waiting?: readonly WaitingRow[];
  readonly window?: ReadWindow;
  readonly watched?: object;
}

function planOf(name: string, source: object, { window, watched, ...before }: Place): SeriesPlan {
  const series = { periodSeconds: STEP_MS / 1_000 };
  return {
    watched: { component: 'shop', name, source, series, ...watched },
    before: { fingerprint: name, watchedSinceMs: 0, ...before },
    ...(window && { window }),
  } as unknown as SeriesPlan;
}

/** From the fourth period before now on. */
const WINDOW = { startMs: at(-4), endMs: LAB_NOW };
const TOGETHER = {
  kind: 'joint',
  parts: ['ahead', 'late'].map((series) => ({ series, source: monitor })),
};
/** Of the first, which has been counted up to the second period before now. */
const WAITING = [
  { atMs: at(-4), values: [1, Number.NaN] },
  { atMs: at(-3), values: [2, Number.NaN] },
];
const ahead = planOf('ahead', monitor, { readUntilMs: at(-2) });
const late = planOf('late', monitor, { readUntilMs: at(-4), window: { ...WINDOW, endMs: at(-1) } });
/** All that the second of them missed. */
const NEWS: SeriesRead = {
  points: [-4, -3, -2].map((periods) => ({ atMs: at(periods), value: 100 + periods })),
  completeUntilMs: at(-1),
};

/** What is known of `together` when the second part arrives and the first has no news. */
async function gathered(
  { plans = [ahead, late], place = {} }: { plans?: readonly SeriesPlan[]; place?: Place } = {},
  listChanges = async (): Promise<readonly never[]> => [],
) {
  const { deps } = createAnalysisLab({ changes: {} });
  const together = planOf('together', TOGETHER, { window: WINDOW, waiting: WAITING, ...place });
  const arrived = { reads: new Map([[late, NEWS]]), profiles: new Map() };
  const { settings } = deps.configuration;
  const all = [...plans, together];
  const result = await withGathered({ ...deps, changes: { listChanges } }, all, arrived, settings.analysis);
  return { ...result, read: result.reads.get(together), late: result.reads.get(late) };
}

describe('series that are watched together', () => {
  it('are judged as far as each has been counted, in this run or before', async () => {
    const { read } = await gathered();
    expect(read).toEqual({
      points: [
        { atMs: at(-4), value: 1, values: [1, 96] },
        { atMs: at(-3), value: 2, values: [2, 97] },
      ],
      completeUntilMs: at(-2),
      waiting: [{ atMs: at(-2), values: [Number.NaN, 98] }],
    });
  });

  it('wait for one that has never been read', async () => {
    const unread = planOf('ahead', monitor, { window: WINDOW });
    for (const plans of [[unread, late], [late]]) {
      const { read } = await gathered({ plans });
      expect(read?.points).toEqual([]);
      expect(read?.waiting?.map(({ atMs }) => atMs)).toEqual([at(-4), at(-3), at(-2)]);
    }
  });

  it('are not gathered in a run that has no period of them to judge', async () => {
    const together = planOf('together', TOGETHER, { waiting: WAITING });
    const { deps } = createAnalysisLab();
    const { reads } = await withGathered(
      deps,
      [ahead, late, together],
      { reads: new Map([[late, NEWS]]), profiles: new Map() },
      deps.configuration.settings.analysis,
    );
    expect([...reads.keys()]).toEqual([late]);
  });

  it('keep all that has arrived, and judge none of it, while changes cannot be read', async () => {
    const place = { watched: { followsChanges: true } };
    const failing = () => Promise.reject(new ServiceUnavailable('dynamodb: InternalServerError'));
    const { read, late: own, problems } = await gathered({ place }, failing);
    expect(problems).toHaveLength(1);
    expect(own).toEqual(NEWS);
    expect(read).toEqual({
      points: [],
      completeUntilMs: at(-4),
      waiting: [
        { atMs: at(-4), values: [1, 96] },
        { atMs: at(-3), values: [2, 97] },
        { atMs: at(-2), values: [Number.NaN, 98] },
      ],
    });
    expect((await gathered({ place })).read?.points).toHaveLength(2);
  });
});

describe('the changes that series follow', () => {
  it('are read from the first period that any of them judges', async () => {
    const followsChanges = { watched: { followsChanges: true } };
    const plans = [
      planOf('new', monitor, { ...followsChanges, window: { startMs: at(-2), endMs: LAB_NOW } }),
      planOf('late', monitor, { ...followsChanges, window: WINDOW }),
      planOf('unasked', monitor, followsChanges),
    ];
    const { deps } = createAnalysisLab({ changes: { holdSeconds: 600 } });
    const asked: unknown[] = [];
    const listChanges = async (...wanted: readonly [string, number]) => {
      asked.push(wanted);
      return [];
    };
    await withChanges({ ...deps, changes: { listChanges } }, new Map(plans.map((plan) => [plan, NEWS])));
    expect(asked).toEqual([['shop', at(-4) - 600_000]]);
  });
});
