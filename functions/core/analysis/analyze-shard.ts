import type { AnalysisSettings } from '../configuration/schema/analysis-schema.ts';
import type { AnnounceContext } from './announce-component.ts';
import { announceComponent } from './announce-component.ts';
import type { Announcement, BaselineShard, ComponentBaselines } from './baseline.ts';
import { leftOf, withInjection } from './injection.ts';
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
  /** Announcements that were never sent, and that the record has no room for. */
  readonly dropped: number;
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
  let isChanged = before === undefined ? false : hasUnwatchedSeries(before, plans);
  for (const [component, own] of Map.groupBy(plans, ({ watched }) => watched.component)) {
    const { episode, profile, injected = [] } = before?.components[component] ?? {};
    const judged: JudgedSeries[] = [];
    const countedOf = new Map<string, number>();
    let isRead = false;
    for (const plan of own) {
      const read = plan.window && readOf(plan);
      isRead ||= read !== undefined;
      const { metric } = plan.watched;
      const injection = injected.find((each) => each.metric === metric);
      const seen = read && plan.window && withInjection(read, plan.window, injection);
      const series = judgeSeries(plan, seen, nowMs, settings);
      if (!series) continue;
      countedOf.set(metric, Math.max(series.counted, countedOf.get(metric) ?? 0));
      isChanged ||= series.baseline.readUntilMs !== plan.before.readUntilMs;
      counted += series.counted;
      judged.push(series);
    }
    // Without news of its series, nothing is repeated and nothing is over.
    const announced = isRead
      ? announceComponent(component, judged, episode, context)
      : { announcements: [], ...(episode && { episode }) };
    announcements.push(...announced.announcements);
    // The end of an episode is announced even if its series start over before they can be read again.
    if (judged.length === 0 && announced.episode === undefined && profile === undefined) continue;
    const left = leftOf(injected, countedOf);
    components[component] = {
      series: Object.fromEntries(judged.map(({ watched, baseline }) => [watched.name, baseline])),
      ...(announced.episode && { episode: announced.episode }),
      ...(profile && { profile }),
      ...(left.length > 0 && { injected: left }),
    };
  }
  const { pending, dropped } = mergePending(before?.pending ?? [], announcements);
  return {
    record: { shard, savedAtMs: nowMs, components, pending },
    isChanged: isChanged || announcements.length > 0,
    counted,
    dropped,
  };
}

/** A record has room for no more beside its baselines. Only an outage of many hours leaves this much unsent. */
const PENDING_BYTES = 48 * 1_024;

interface MergedPending {
  readonly pending: readonly Announcement[];
  readonly dropped: number;
}

/** Later announcements take the place of those about the same, and of the oldest if the record is full. */
function mergePending(pending: readonly Announcement[], later: readonly Announcement[]): MergedPending {
  const replaced = new Set(later.map(({ about }) => about));
  const all = [...pending.filter(({ about }) => !replaced.has(about)), ...later];
  let bytes = all.reduce((sum, each) => sum + bytesOf(each), 0);
  let dropped = 0;
  for (const each of all) {
    if (bytes <= PENDING_BYTES) break;
    bytes -= bytesOf(each);
    dropped += 1;
  }
  return { pending: all.slice(dropped), dropped };
}

/** With the comma that separates it from the next one. */
function bytesOf(announcement: Announcement): number {
  return Buffer.byteLength(JSON.stringify(announcement)) + 1;
}

/** Whether a record holds series that are no longer watched. */
function hasUnwatchedSeries({ components }: BaselineShard, plans: readonly SeriesPlan[]): boolean {
  const watched = new Set(plans.map(({ watched: { component, name } }) => `${component}\n${name}`));
  return Object.entries(components).some(([component, { series }]) =>
    Object.keys(series).some((name) => !watched.has(`${component}\n${name}`)),
  );
}
