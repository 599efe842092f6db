import {
  type AnalyzedShard,
  analyzeShard,
  planShard,
  type ShardPlan,
} from '../../core/analysis/analyze-shard.ts';
import type { Announcement } from '../../core/analysis/baseline.ts';
import type { WatchedShard } from '../../core/analysis/batches.ts';
import type { SeriesPlan } from '../../core/analysis/judge-series.ts';
import type { SeriesRead } from '../../core/analysis/read-window.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { AnomalySignals } from '../../ports/anomaly-announcers.ts';
import type { BaselineStore } from '../../ports/baseline-store.ts';
import { NotPermitted } from '../../ports/errors.ts';
import type { MetricData } from '../../ports/metric-data.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { notingDenials } from '../denials.ts';
import { inParallel } from '../in-parallel.ts';
import { withGathered } from './gather-joint.ts';
import {
  type CollectedProfile,
  collectProfile,
  type ProfileDeps,
  profileRead,
  requestProfiles,
} from './profiles.ts';
import type { ChangesDeps } from './read-changes.ts';
import { queriesOf, readOf } from './read-joint.ts';
import { type MonitorDeps, readMonitors } from './read-monitors.ts';

export interface AnalyzeBatchDeps extends ProfileDeps, MonitorDeps, ChangesDeps {
  readonly store: Pick<OperationStore, 'noteDenial'>;
  readonly baselines: BaselineStore;
  readonly metricData: MetricData;
  readonly anomalySignals: AnomalySignals;
  readonly notifier: Notifier;
}

export interface BatchReport {
  /** Series that were read. */
  readonly read: number;
  /** Data points that were counted. */
  readonly counted: number;
  /** Announcements that were sent. */
  readonly announced: number;
  /** Series of which more is to be read than a run reads. */
  readonly behind: number;
  readonly problems: readonly string[];
}

export interface BatchOutcome extends BatchReport {
  /** Nothing of the batch could be read, or records may not be written. What was pending was sent all the same. */
  readonly failure?: unknown;
}

const WRITES_AT_A_TIME = 8;
const CALLS_AT_A_TIME = 8;

/**
 * Reads the series of some records, saves what was learned from them, and then sends what is to be announced: what could
 * not be sent is in the record, and is sent by the next run.
 *
 * @param lastMs no monitor is asked after it
 * @throws ServiceError if the records could not be read
 */
export async function analyzeBatch(
  deps: AnalyzeBatchDeps,
  batch: readonly WatchedShard[],
  lastMs: number,
): Promise<BatchOutcome> {
  const { configuration, clock, home, baselines } = deps;
  const settings = configuration.settings.analysis;
  const nowMs = clock.nowMs();
  const kept = await notingDenials(deps, () => baselines.readShards(batch.map(({ shard }) => shard)));
  const plans = batch.map(({ shard, series }) =>
    planShard(shard, series, kept.get(shard)?.record, nowMs, settings),
  );
  const all = plans.flatMap((each) => each.plans);
  const [monitors, { profiles, metrics }] = await Promise.all([
    readMonitors(deps, all, lastMs),
    readOthers(deps, plans),
  ]);
  const read = withProfiles(metrics, plans, profiles.collected);
  const arrived = { reads: new Map([...read.reads, ...monitors.reads]), profiles: profiles.collected };
  const changed = await withGathered(deps, all, arrived, settings);
  const answer = { ...read, reads: changed.reads };
  const context = { configuration, home, nowMs };
  const problems = new Set([
    ...answer.problems,
    ...monitors.problems,
    ...changed.problems,
    ...profiles.problems,
  ]);
  let failure = answer.failure;
  let counted = 0;
  let announced = 0;
  await inParallel(plans, WRITES_AT_A_TIME, async (plan) => {
    const analyzed = analyzeShard(plan, (series) => answer.reads.get(series), settings, context);
    try {
      const own = new Map(
        [...profiles.collected].filter(([name]) =>
          plan.plans.some(({ watched }) => watched.component === name),
        ),
      );
      const requested = await requestProfiles(deps, analyzed.record, own);
      for (const problem of requested.problems) problems.add(problem);
      const { record, isChanged } = requested;
      const changed = { ...analyzed, record, isChanged: analyzed.isChanged || isChanged };
      const outcome = await keep(deps, changed, kept.get(plan.shard)?.version);
      if (outcome === 'overtaken') return;
      counted += analyzed.counted;
      announced += outcome.announced;
      if (analyzed.dropped > 0) problems.add(droppedProblem(plan.shard, analyzed.dropped));
      if (outcome.failure !== undefined) problems.add(problemOf(plan.shard, outcome.failure));
    } catch (error) {
      // Thrown here, it would not stop the other workers, but lose what they did.
      if (error instanceof NotPermitted) failure ??= error;
      else problems.add(problemOf(plan.shard, error));
    }
  });
  return {
    read: answer.reads.size,
    counted,
    announced,
    behind: all.filter(({ window, watched }) => isBehind(window?.endMs, watched.series.periodSeconds)).length,
    problems: [...problems],
    ...(failure !== undefined && { failure }),
  };

  function isBehind(endMs: number | undefined, periodSeconds: number): boolean {
    return endMs !== undefined && nowMs - endMs > (settings.settleSeconds + periodSeconds) * 1_000;
  }
}

async function readOthers(deps: AnalyzeBatchDeps, plans: readonly ShardPlan[]) {
  const profiles = await collectProfiles(deps, plans);
  return { profiles, metrics: await readSeries(deps, plans) };
}

interface Answer {
  readonly reads: ReadonlyMap<SeriesPlan, SeriesRead>;
  readonly problems: readonly string[];
  /** Nothing could be read; what is pending is sent all the same. */
  readonly failure?: unknown;
}

async function readSeries(deps: AnalyzeBatchDeps, plans: readonly ShardPlan[]): Promise<Answer> {
  const { queries, answersOf } = queriesOf(plans.flatMap((shard) => shard.plans));
  if (queries.length === 0) return { reads: new Map(), problems: [] };
  try {
    const { reads, notes } = await notingDenials(deps, () => deps.metricData.read(queries));
    const known = [...answersOf].flatMap(([plan, answers]) => {
      const read = readOf(plan, answers, reads);
      return read ? [[plan, read] as const] : [];
    });
    const unread = answersOf.size - known.length;
    const problems = unread === 0 ? [] : [[`${unread} series could not be read`, ...notes].join('; ')];
    return { reads: new Map(known), problems };
  } catch (failure) {
    return { reads: new Map(), problems: [], failure };
  }
}

interface CollectedProfiles {
  /** By component. */
  readonly collected: ReadonlyMap<string, CollectedProfile>;
  readonly problems: readonly string[];
}

/** What hosts have answered since the last run. What could not be read is asked for again. */
async function collectProfiles(
  deps: AnalyzeBatchDeps,
  plans: readonly ShardPlan[],
): Promise<CollectedProfiles> {
  const collected = new Map<string, CollectedProfile>();
  const problems: string[] = [];
  const profiled = plans.flatMap(({ before, plans: own }) => {
    const names = own.flatMap(({ watched }) =>
      watched.source.kind === 'profile' ? [watched.component] : [],
    );
    return [...new Set(names)].map((name) => ({ name, state: before?.components[name]?.profile }));
  });
  await inParallel(profiled, CALLS_AT_A_TIME, async ({ name, state }) => {
    try {
      collected.set(name, await collectProfile(deps, state));
    } catch (error) {
      collected.set(name, { answers: new Map(), notes: new Map() });
      problems.push(`profile of ${name}: ${describe(error)}`);
    }
  });
  return { collected, problems };
}

function withProfiles(
  answer: Answer,
  plans: readonly ShardPlan[],
  collected: CollectedProfiles['collected'],
): Answer {
  const reads = new Map(answer.reads);
  for (const plan of plans.flatMap((shard) => shard.plans)) {
    const { component, source } = plan.watched;
    if (source.kind !== 'profile') continue;
    const profile = collected.get(component);
    const read = profile && profileRead(profile, source);
    if (read) reads.set(plan, read);
  }
  return { ...answer, reads };
}

interface Kept {
  /** How many announcements were sent. */
  readonly announced: number;
  /** Why the others were not: they are in the record. */
  readonly failure?: unknown;
}

/** Saves a record and sends what is pending in it. @throws ServiceError if the record could not be written */
async function keep(
  deps: AnalyzeBatchDeps,
  { record, isChanged }: AnalyzedShard,
  previous: string | undefined,
): Promise<Kept | 'overtaken'> {
  const { baselines, clock, random } = deps;
  let version = previous;
  if (isChanged) {
    version = versionAt(clock.nowMs(), random());
    const saving = version;
    if (!(await notingDenials(deps, () => baselines.saveShard(record, saving, previous)))) return 'overtaken';
  }
  const { pending, shard } = record;
  if (pending.length === 0 || version === undefined) return { announced: 0 };
  const { unsent, failure } = await send(deps, pending);
  const sending = version;
  if (unsent !== pending) await notingDenials(deps, () => baselines.keepPending(shard, sending, unsent));
  return failure === undefined ? { announced: pending.length } : { announced: 0, failure };
}

interface Sent {
  /** What the next run is to send. */
  readonly unsent: readonly Announcement[];
  readonly failure?: unknown;
}

async function send(deps: AnalyzeBatchDeps, pending: readonly Announcement[]): Promise<Sent> {
  const signals = pending.flatMap(({ atMs, signal }) => (signal ? [{ detail: signal, atMs }] : []));
  try {
    if (signals.length > 0) await notingDenials(deps, () => deps.anomalySignals.publish(signals));
  } catch (failure) {
    return { unsent: pending, failure };
  }
  const notifications = pending.filter(({ notification }) => notification !== undefined);
  for (const [index, { notification }] of notifications.entries()) {
    if (!notification) continue;
    try {
      await notingDenials(deps, () => deps.notifier.notify({ topic: 'architect', ...notification }));
    } catch (failure) {
      return { unsent: notifications.slice(index).map(withoutSignal), failure };
    }
  }
  return { unsent: [] };
}

function withoutSignal({ signal: _sent, ...announcement }: Announcement): Announcement {
  return announcement;
}

function versionAt(nowMs: number, random: number): string {
  return `${nowMs.toString(36)}-${Math.floor(random * 2 ** 48).toString(36)}`;
}

/** A permission that is missing is the same problem in every record. */
function problemOf(shard: number, error: unknown): string {
  return error instanceof NotPermitted ? describe(error) : `record ${shard}: ${describe(error)}`;
}

function droppedProblem(shard: number, dropped: number): string {
  return `record ${shard}: ${dropped} announcements that could not be sent were dropped, the oldest first: no room for more`;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
