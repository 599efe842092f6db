import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { TierResponse } from '../configuration/schema/anomaly-schema.ts';
import { TIERS, type Tier } from '../detection/detector.ts';
import { shortReason } from '../signal/event-values.ts';
import type { Home } from '../signal/home.ts';
import { matchingStrategies } from '../signal/match-strategy.ts';
import { leastSevere, SEVERITIES, type Severity } from '../signal/severity.ts';
import type { Announcement, Episode, OpenAnomaly } from './baseline.ts';
import { graphLink } from './graph-link.ts';
import type { JudgedSeries } from './judge-series.ts';
import { isInCloudWatch, type JointPart, type WatchedSeries } from './watched-series.ts';

/**
 * The window in which the anomalies of a component are one signal. As long as they last, the signal is repeated after
 * it, so that a repair that failed is tried again.
 */
const ONE_SIGNAL_MS = 15 * 60_000;
/** A run may begin a little earlier after the minute than the one that announced. */
const EARLY_MS = 30_000;

/** An anomaly that someone is notified of. */
interface Announced {
  readonly watched: WatchedSeries;
  readonly open: OpenAnomaly;
  readonly level: Episode['level'];
  /** Whether a strategy answers it. */
  readonly isAnswered: boolean;
  /** Why it only notifies although its tier signals. */
  readonly young: boolean;
  readonly isCalm: boolean;
}

export interface ComponentAnnouncement {
  readonly episode?: Episode;
  readonly announcements: readonly Announcement[];
}

export interface AnnounceContext {
  readonly configuration: Pick<CompiledConfiguration, 'strategies'>;
  readonly home: Home;
  readonly nowMs: number;
}

/** What is to be said of a component, now that its series are judged. */
export function announceComponent(
  component: string,
  judged: readonly JudgedSeries[],
  episode: Episode | undefined,
  context: AnnounceContext,
): ComponentAnnouncement {
  const anomalies = judged.flatMap((series) => announcedOf(series, episode, context)).sort(worstFirst);
  const [worst] = anomalies;
  const recovery = hasRecovered(episode, worst) ? [recoveryOf(component, episode, context)] : [];
  if (!worst) return { announcements: recovery };
  const since = episode?.sinceMs ?? worst.open.sinceMs;
  const lasting = recovery.length > 0 ? lowered(episode) : episode;
  if (!isDue(worst, lasting, context.nowMs)) {
    return { ...(lasting && { episode: lasting }), announcements: recovery };
  }
  const next: Episode = {
    sinceMs: since,
    level: worst.level,
    tier: worst.open.tier,
    metric: worst.watched.metric,
    announcedAtMs: context.nowMs,
    count: (episode?.count ?? 0) + 1,
  };
  return { episode: next, announcements: [...recovery, alertOf(worst, anomalies, next, context)] };
}

function announcedOf(
  { watched, baseline, learnedSinceMs, isCalm }: JudgedSeries,
  episode: Episode | undefined,
  { configuration }: AnnounceContext,
): readonly Announced[] {
  const { open, watchedSinceMs } = baseline;
  if (!open || (open.sinceMs < watchedSinceMs && !watched.isThreshold)) return [];
  const wanted = responseTo(watched, open.tier);
  if (wanted === 'ignore') return [];
  const young = wanted === 'signal' && !(open.atMs - learnedSinceMs >= watched.observationMs);
  const alert = {
    component: watched.component,
    origin: 'anomaly',
    metric: watched.metric,
    severity: severityOf(watched, open.tier),
  } as const;
  const isAnswered = matchingStrategies(configuration.strategies, alert).length > 0;
  // Nothing is healed for a value that is ordinary again; what was signalled goes on until it has ended.
  const isPassing = isCalm && episode?.level !== 'signal';
  return [{ watched, open, level: young || isPassing ? 'notify' : wanted, isAnswered, young, isCalm }];
}

function responseTo({ tiers }: WatchedSeries, tier: Tier): TierResponse {
  switch (tier) {
    case 'MEDIUM':
      return tiers.medium;
    case 'HIGH':
      return tiers.high;
    case 'CRITICAL':
      return tiers.critical;
  }
}

/** The severity of a signal that strategies may answer. */
function severityOf({ highestSeverity = 'CRITICAL' }: WatchedSeries, tier: Tier): Severity {
  return tier === 'CRITICAL' ? leastSevere('CRITICAL', highestSeverity) : 'WARNING';
}

const rankOf = (level: Episode['level'], tier: Tier) =>
  (level === 'signal' ? TIERS.length : 0) + TIERS.indexOf(tier);

function worstFirst(one: Announced, other: Announced): number {
  return (
    Number(other.level === 'signal') - Number(one.level === 'signal') ||
    Number(one.isCalm) - Number(other.isCalm) ||
    Number(other.isAnswered) - Number(one.isAnswered) ||
    SEVERITIES.indexOf(severityOf(other.watched, other.open.tier)) -
      SEVERITIES.indexOf(severityOf(one.watched, one.open.tier)) ||
    TIERS.indexOf(other.open.tier) - TIERS.indexOf(one.open.tier) ||
    other.open.score - one.open.score
  );
}

function isDue({ level, open, isCalm }: Announced, episode: Episode | undefined, nowMs: number): boolean {
  if (!episode || rankOf(level, open.tier) > rankOf(episode.level, episode.tier)) return true;
  return level === 'signal' && !isCalm && nowMs - episode.announcedAtMs >= ONE_SIGNAL_MS - EARLY_MS;
}

function hasRecovered(episode: Episode | undefined, worst: Announced | undefined): episode is Episode {
  if (!episode) return false;
  return worst === undefined || (episode.level === 'signal' && worst.level === 'notify');
}

/** What people were notified of goes on; what strategies were asked for is over. */
function lowered(episode: Episode | undefined): Episode | undefined {
  return episode && { ...episode, level: 'notify' };
}

function recoveryOf(component: string, episode: Episode, { nowMs }: AnnounceContext): Announcement {
  const { metric, level, sinceMs, count } = episode;
  const reason = `${metric} of ${component} is as expected again; it had been anomalous since ${iso(sinceMs)}`;
  return {
    about: `${component}/${sinceMs}/recovery`,
    atMs: nowMs,
    // A recovery lifts what a signal has brought about: there was none if people were only notified.
    ...(level === 'signal' && {
      signal: {
        kind: 'recovery',
        component,
        metric,
        origin: 'anomaly',
        reason,
        signalId: signalIdOf(component, sinceMs, `recovery-${count}`),
      },
    }),
    notification: {
      subject: `Selfheal: ${metric} of ${component} is as expected again`,
      body: { kind: 'anomaly-recovery', message: reason, component, metric, sinceMs },
    },
  };
}

function alertOf(
  worst: Announced,
  anomalies: readonly Announced[],
  episode: Episode,
  { home, nowMs }: AnnounceContext,
): Announcement {
  const { watched, open, level } = worst;
  const { component, metric, source, series, errorType } = watched;
  const { region } = home;
  const { periodSeconds } = series;
  const shown = partOf(worst)?.source ?? source;
  const link = isInCloudWatch(shown) && graphLink(shown, { region, periodSeconds, atMs: open.atMs });
  const reason = reasonOf(worst, anomalies);
  const targets = targetsOf(anomalies);
  const figures = {
    ...(open.value !== undefined && { current: open.value }),
    ...(open.expected !== undefined && { [watched.isThreshold ? 'threshold' : 'baseline']: open.expected }),
    score: open.score,
  };
  const common = { component, metric, ...figures, ...(errorType && { errorType }), ...(link && { link }) };
  return {
    about: `${component}/${episode.sinceMs}/alert`,
    atMs: nowMs,
    signal: {
      kind: 'alert',
      severity: level === 'signal' ? severityOf(watched, open.tier) : 'INFO',
      origin: 'anomaly',
      reason,
      signalId: signalIdOf(component, episode.sinceMs, String(episode.count)),
      ...common,
      ...(targets.length > 0 && { targets }),
    },
    // Strategies answer a signal, and what they do is announced; nobody else would report the rest.
    ...(level === 'notify' && {
      notification: {
        subject: `Selfheal: ${metric} of ${component} is anomalous`,
        body: {
          kind: 'anomaly',
          message: worst.young ? `${reason}. Its baseline is too young to start a repair.` : reason,
          ...common,
          tier: open.tier,
          sinceMs: open.sinceMs,
        },
      },
    }),
  };
}

/** The instances at fault, if every anomaly is about one. Those that are calm again are left alone. */
function targetsOf(anomalies: readonly Announced[]): readonly string[] {
  const [worst] = anomalies;
  const ids = anomalies
    .filter(({ level, isCalm }) => level === worst?.level && isCalm === worst.isCalm)
    .map(({ watched }) => watched.target);
  const named = ids.filter((id) => id !== undefined);
  return named.length === ids.length ? [...new Set(named)] : [];
}

/** Of series that are watched together, the one that is furthest from what the others would have it be. */
function partOf({ watched: { source }, open: { part } }: Announced): JointPart | undefined {
  return source.kind === 'joint' && part !== undefined ? source.parts[part] : undefined;
}

function besides({ watched: { source } }: Announced, part: JointPart | undefined): string {
  if (source.kind !== 'joint' || !part) return '';
  return ` beside ${source.parts.flatMap(({ series }) => (series === part.series ? [] : [series])).join(', ')}`;
}

function reasonOf(worst: Announced, anomalies: readonly Announced[]): string {
  const { watched, open } = worst;
  const { isThreshold } = watched;
  const part = partOf(worst);
  const name = part ? `${watched.name}: ${part.series}` : watched.name;
  const { unit } = part ?? watched;
  const figure = (value: number) => `${Number(value.toPrecision(4))}${unit === undefined ? '' : ` ${unit}`}`;
  const value = open.value === undefined ? 'has no data' : `is ${figure(open.value)}`;
  const what = isThreshold ? 'is its threshold' : 'expected';
  const expected =
    open.expected === undefined ? '' : `, ${figure(open.expected)} ${what}${besides(worst, part)}`;
  const others = anomalies.map((each) => each.watched.name).filter((other) => other !== watched.name);
  const also = others.length === 0 ? '' : `; anomalous as well: ${others.join(', ')}`;
  return shortReason(
    `${name} ${value}${expected} (${open.tier}, score ${Number(open.score.toPrecision(3))}) since ${iso(open.sinceMs)}${also}`,
  );
}

function signalIdOf(component: string, sinceMs: number, what: string): string {
  return `anomaly/${component}/${sinceMs}/${what}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
