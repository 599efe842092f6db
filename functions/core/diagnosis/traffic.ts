import type { ReadWindow, SeriesRead } from '../analysis/read-window.ts';
import type { CloudWatchSource } from '../analysis/watched-series.ts';
import type { Traffic } from '../configuration/traffic-schema.ts';
import type { DependencyGraph } from './dependency-graph.ts';
import { type Sample, type Symptom, usualOf } from './excess.ts';
import { balanceExcess, type Candidate } from './excess-balance.ts';
import { onsetGate } from './onset-gate.ts';

/** Which component accounts for what is seen at the alarmed one, by requests, failures and latency. */
export interface ExcessEvidence {
  readonly symptom: Symptom;
  /** The most likely first. */
  readonly candidates: readonly Candidate[];
}

/** One series to be read: what a component's traffic consists of. */
export interface TrafficQuery {
  readonly component: string;
  readonly part: 'requests' | 'value';
  readonly source: CloudWatchSource;
  readonly periodSeconds: number;
  readonly window: ReadWindow;
}

const PERIOD_SECONDS = 60;
const PERIOD_MS = PERIOD_SECONDS * 1_000;
/** What is usual. The gate wants a hundred windows of normal operation. */
const HISTORY_PERIODS = 180;
/** An alarm takes some periods to go red: what it is about began up to this much earlier. */
const ALARM_PERIODS = 10;
/** Just before that. */
const BEFORE_PERIODS = 10;
/** An alarm may be red for hours: what happened first tells the most. */
const DURING_PERIODS_AT_MOST = 30;

/** Two series for each component: GetMetricData costs $0.01 for 1,000, and an incident's diagnosis at most $0.0015. */
const COMPONENTS_AT_MOST = 70;

const LATENCY = /latency|duration|response_?time|slow/;
const FAILURES = /error|fail|5xx|fault|availability|success/;

/** What of the traffic an alert is about; `undefined` for another metric, of which traffic says nothing. */
export function symptomOf(metric: string): Symptom | undefined {
  if (LATENCY.test(metric)) return 'latency';
  return FAILURES.test(metric) ? 'failures' : undefined;
}

/**
 * The series to be read of the alarmed component and of what it depends on.
 *
 * @param names the alarmed component first
 * @returns none if the alarmed component itself is not measured
 */
export function trafficQueries(
  components: Readonly<Record<string, { readonly traffic?: Traffic | undefined }>>,
  names: readonly string[],
  symptom: Symptom,
  { onsetMs, nowMs }: { readonly onsetMs: number; readonly nowMs: number },
): readonly TrafficQuery[] {
  const window = windowOf(onsetMs, nowMs);
  const partOf = (name: string) => components[name]?.traffic?.[symptom];
  const [alarmed] = names;
  if (alarmed === undefined || !partOf(alarmed)) return [];
  const measured = names.filter((name) => partOf(name) !== undefined).slice(0, COMPONENTS_AT_MOST);
  return measured.flatMap((component) => {
    const requests = components[component]?.traffic?.requests;
    const value = partOf(component);
    if (!requests || !value) return [];
    const read = { component, periodSeconds: PERIOD_SECONDS, window };
    return [
      { ...read, part: 'requests', source: sourceOf(requests, 'Sum') },
      { ...read, part: 'value', source: sourceOf(value, symptom === 'latency' ? 'Average' : 'Sum') },
    ] as const;
  });
}

function sourceOf(
  { namespace, metricName, dimensions }: Traffic['requests'],
  statistic: string,
): CloudWatchSource {
  return { kind: 'metric', metric: { namespace, metricName, dimensions, statistic } };
}

/** Whole minutes; the one that has not ended is left out. */
function windowOf(onsetMs: number, nowMs: number): ReadWindow {
  const toMinute = (atMs: number) => Math.floor(atMs / PERIOD_MS) * PERIOD_MS;
  const beganMs = toMinute(onsetMs) - ALARM_PERIODS * PERIOD_MS;
  return {
    startMs: beganMs - (BEFORE_PERIODS + HISTORY_PERIODS) * PERIOD_MS,
    endMs: Math.min(toMinute(nowMs), beganMs + (ALARM_PERIODS + DURING_PERIODS_AT_MOST) * PERIOD_MS),
  };
}

/**
 * What the series say. `undefined` if they say nothing: the alarmed component has too little history, or its traffic is
 * not unusual.
 *
 * @param reads in the order of the queries; `undefined` where nothing is known
 * @param down components that do not answer the watchdog
 */
export function excessEvidence(
  symptom: Symptom,
  graph: DependencyGraph,
  components: Readonly<Record<string, { readonly traffic?: Traffic | undefined }>>,
  queries: readonly TrafficQuery[],
  reads: readonly (SeriesRead | undefined)[],
  down: ReadonlySet<string>,
): ExcessEvidence | undefined {
  const [first] = queries;
  if (!first) return undefined;
  const { component: target, window } = first;
  const values = new Map(
    queries.map(({ component, part }, index) => [`${part} ${component}`, valuesOf(reads[index])] as const),
  );
  const names = [...new Set(queries.map(({ component }) => component))];
  const samples = new Map(
    names.flatMap((name) => {
      const requests = values.get(`requests ${name}`);
      const value = values.get(`value ${name}`);
      if (!requests || !value) return [];
      const scale = components[name]?.traffic?.latency?.unit === 'milliseconds' ? 1e-3 : 1;
      return [[name, samplesOf(symptom, window, requests, value, scale)] as const];
    }),
  );
  const ofTarget = samples.get(target);
  if (!ofTarget) return undefined;
  const gate = onsetGate(parted(ofTarget));
  if (gate?.isUnusual !== true) return undefined;
  const series = new Map(
    [...samples].map(([name, all]) => {
      const { history, before, during } = parted(all);
      const usual = usualOf(history);
      return [name, { ...(usual && { usual }), before, during }] as const;
    }),
  );
  const { candidates } = balanceExcess({ target, symptom, graph, series, down });
  return candidates.length === 0 ? undefined : { symptom, candidates };
}

function valuesOf(read: SeriesRead | undefined): ReadonlyMap<number, number> | undefined {
  return read && new Map(read.points.map(({ atMs, value }) => [atMs, value]));
}

function samplesOf(
  symptom: Symptom,
  { startMs, endMs }: ReadWindow,
  requests: ReadonlyMap<number, number>,
  values: ReadonlyMap<number, number>,
  scale: number,
): readonly Sample[] {
  const samples: Sample[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += PERIOD_MS) {
    const asked = requests.get(atMs) ?? 0;
    const value = values.get(atMs);
    if (asked <= 0) samples.push({ requests: 0 });
    // Nothing is published of failures that do not occur.
    else if (symptom === 'failures')
      samples.push({ requests: asked, value: Math.min(1, (value ?? 0) / asked) });
    else samples.push({ requests: asked, ...(value !== undefined && { value: value * scale }) });
  }
  return samples;
}

function parted(samples: readonly Sample[]) {
  return {
    history: samples.slice(0, HISTORY_PERIODS),
    before: samples.slice(HISTORY_PERIODS, HISTORY_PERIODS + BEFORE_PERIODS),
    during: samples.slice(HISTORY_PERIODS + BEFORE_PERIODS),
  };
}
