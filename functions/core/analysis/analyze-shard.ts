import type { AnalysisSettings } from '../configuration/analysis-schema.ts';
import type { AnnounceContext } from './announce-component.ts';
import { announceComponent } from './announce-component.ts';
import type { Announcement, BaselineShard, ComponentBaselines } from './baseline.ts';
import { type JudgedSeries, judgeSeries, planSeries, type SeriesPlan } from './judge-series.ts';
import type { SeriesRead } from './read-window.ts';
import type { WatchedSeries } from './watched-series.ts';

/** The work of one run on the components of one record. */
export interface ShardPlan {
  readonly shard: number;
  readonly before: BaselineShard | undefined;
  readonly plans: readonly SeriesPlan[];
}

export function planShard(
  shard: number,
  watched: readonly WatchedSeries[],
  before: BaselineShard | undefined,
  nowMs: number,
  settings: AnalysisSettings,
): ShardPlan {
  const plans = watched.map((each) =>
    planSeries(each, before?.components[each.component]?.series[each.name], nowMs, settings),
  );
  return { shard, before, plans };
}

export interface AnalyzedShard {
  readonly record: BaselineShard;
  /** Whether there is anything to save. */
  readonly isChanged: boolean;
  readonly counted: number;
}

/**
 * The record as it is after this run. Components and series that are no longer watched are not in it.
 *
 * @param readOf what was read of a series; `undefined` if it could not be read, or was not to be
 */
export function analyzeShard(
  { shard, before, plans }: ShardPlan,
  readOf: (plan: SeriesPlan) => SeriesRead | undefined,
  settings: AnalysisSettings,
  context: AnnounceContext,
): AnalyzedShard {
  const { nowMs } = context;
  const components: Record<string, ComponentBaselines> = {};
  const announcements: Announcement[] = [];
  let counted = 0;
  let isChanged = before === undefined ? false : hasOthers(before, plans);
  for (const [component, own] of Map.groupBy(plans, ({ watched }) => watched.component)) {
    const judged: JudgedSeries[] = [];
    let isRead = false;
    for (const plan of own) {
      const read = plan.window && readOf(plan);
      isRead ||= read !== undefined;
      const series = judgeSeries(plan, read, nowMs, settings);
      if (!series) continue;
      isChanged ||= series.baseline.readUntilMs !== plan.before.readUntilMs;
      counted += series.counted;
      judged.push(series);
    }
    const episode = before?.components[component]?.episode;
    // Without news of its series, nothing is repeated and nothing is over.
    const said = isRead
      ? announceComponent(component, judged, episode, context)
      : { announcements: [], ...(episode && { episode }) };
    announcements.push(...said.announcements);
    if (judged.length === 0) continue;
    components[component] = {
      series: Object.fromEntries(judged.map(({ watched, baseline }) => [watched.name, baseline])),
      ...(said.episode && { episode: said.episode }),
    };
  }
  return {
    record: { shard, savedAtMs: nowMs, components, pending: withLater(before?.pending ?? [], announcements) },
    isChanged: isChanged || announcements.length > 0,
    counted,
  };
}

/** A record has room for no more beside its baselines. Only an outage of many hours leaves this much unsent. */
const PENDING_CHARACTERS = 48 * 1_024;

function withLater(
  pending: readonly Announcement[],
  later: readonly Announcement[],
): readonly Announcement[] {
  const said = new Set(later.map(({ about }) => about));
  const all = [...pending.filter(({ about }) => !said.has(about)), ...later];
  let size = all.reduce((sum, each) => sum + JSON.stringify(each).length, 0);
  const first = all.findIndex((each) => {
    if (size <= PENDING_CHARACTERS) return true;
    size -= JSON.stringify(each).length;
    return false;
  });
  return first < 0 ? [] : all.slice(first);
}

/** Whether a record holds series that are no longer watched. */
function hasOthers({ components }: BaselineShard, plans: readonly SeriesPlan[]): boolean {
  const watched = new Set(plans.map(({ watched: { component, name } }) => `${component}\n${name}`));
  return Object.entries(components).some(([component, { series }]) =>
    Object.keys(series).some((name) => !watched.has(`${component}\n${name}`)),
  );
}
