import type { SeriesPlan } from '../../core/analysis/judge-series.ts';
import type { SeriesRead } from '../../core/analysis/read-window.ts';
import { type GatheredPart, gatherRows, keptWaiting } from '../../core/analysis/waiting-rows.ts';
import { isGathered, type JointPart } from '../../core/analysis/watched-series.ts';
import type { AnalysisSettings } from '../../core/configuration/schema/analysis-schema.ts';
import { type CollectedProfile, profileRead } from './profiles.ts';
import { type ChangesDeps, type WithChanges, withChanges } from './read-changes.ts';

type Reads = ReadonlyMap<SeriesPlan, SeriesRead>;

/** What a run has read. */
interface Arrived {
  readonly reads: Reads;
  /** By component. */
  readonly profiles: ReadonlyMap<string, CollectedProfile>;
}

/**
 * What was read, with that of series that are watched together and arrive by different ways, and with the changes that
 * series follow. Where changes could not be read, nothing is judged together yet; but what has arrived is kept, since most
 * of its sources cannot be asked for it again.
 */
export async function withGathered(
  deps: ChangesDeps,
  plans: readonly SeriesPlan[],
  arrived: Arrived,
  settings: AnalysisSettings,
): Promise<WithChanges> {
  const gathered = gatherJoint(plans, arrived, deps.clock.nowMs(), settings);
  const changed = await withChanges(deps, new Map([...arrived.reads, ...gathered]));
  const held = [...gathered].flatMap(([plan, read]) =>
    plan.window && !changed.reads.has(plan) ? [[plan, keptWaiting(read, plan.window)] as const] : [],
  );
  return { ...changed, reads: new Map([...changed.reads, ...held]) };
}

function gatherJoint(
  plans: readonly SeriesPlan[],
  { reads, profiles }: Arrived,
  nowMs: number,
  settings: AnalysisSettings,
): Reads {
  const byName = new Map(plans.map((plan) => [nameOf(plan.watched.component, plan.watched.name), plan]));
  const columnOf = (component: string, { source }: JointPart) => {
    const profile = profiles.get(component);
    return profile && source.kind === 'profile' ? profileRead(profile, source) : undefined;
  };
  const partOf = (component: string, joined: JointPart): GatheredPart => {
    const { series, readWith } = joined;
    const part = byName.get(nameOf(component, readWith ?? series));
    const own = part && reads.get(part);
    const read = own && readWith !== undefined ? columnOf(component, joined) : own;
    return {
      readUntilMs: part?.before.readUntilMs,
      ...(part?.window && read && { news: { window: part.window, read } }),
      waits: { ...settings, ...part?.watched.waits },
    };
  };
  const gathered = plans.flatMap((plan) => {
    const { window, before } = plan;
    const { component, source, series } = plan.watched;
    if (!window || source.kind !== 'joint' || !isGathered(source)) return [];
    const parts = source.parts.map((part) => partOf(component, part));
    const { waiting = [] } = before;
    const { periodSeconds } = series;
    const read = gatherRows({ waiting, parts, window, periodSeconds, nowMs });
    return read ? [[plan, read] as const] : [];
  });
  return new Map(gathered);
}

const nameOf = (component: string, series: string) => `${component}\n${series}`;
