import type { ReadWindow, SeriesRead } from '../analysis/read-window.ts';
import type { Traffic } from '../configuration/schema/traffic-schema.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { callersFirst, type DependencyGraph, graphWithout } from './dependency-graph.ts';
import { type Sample, type Symptom, usualOf } from './excess.ts';
import { balanceExcess, type Candidate } from './excess-balance.ts';
import { onsetGate } from './onset-gate.ts';
import { median, robustly } from './robust-statistics.ts';
import {
  BEFORE_PERIODS,
  HISTORY_PERIODS,
  PERIOD_MS,
  symptomOf,
  type TrafficPart,
  type TrafficQuery,
} from './traffic.ts';

/** Which component accounts for what is seen at the alarmed one, by requests, failures and latency. */
export interface ExcessEvidence {
  readonly symptom: Symptom;
  /** The most likely first. */
  readonly candidates: readonly Candidate[];
  /** Components in reach that are not measured: what they do is charged to their callers. @default none */
  readonly unjudged?: readonly string[];
}

export interface TrafficEvidence {
  /** @default the alarmed component has too little history, or its traffic is not unusual */
  readonly excess?: ExcessEvidence;
  /** How many times the usual number of requests that succeed components have that have far more. @default none has */
  readonly surges?: Readonly<Record<string, number>>;
  /** Components whose requests are known. @default none has far more of them than usual */
  readonly measured?: readonly string[];
  /** Components that have stopped answering requests, although one that calls them goes on. @default none */
  readonly unanswering?: readonly string[];
}

type Components = Readonly<Record<string, { readonly traffic?: Traffic | undefined }>>;

/** From this share on, what people wait for is taken for what made their requests fail. */
const WAITING_SHARE = 0.5;

/**
 * What the series say.
 *
 * @param reads in the order of the queries; `undefined` where nothing is known
 * @param down components that do not answer the watchdog
 */
export function trafficEvidence(
  { component: target, metric: alertMetric }: Pick<HealthAlert, 'component' | 'metric'>,
  graph: DependencyGraph,
  components: Components,
  queries: readonly TrafficQuery[],
  reads: readonly (SeriesRead | undefined)[],
  down: ReadonlySet<string>,
): TrafficEvidence {
  const [first] = queries;
  if (!first) return {};
  const { window } = first;
  const parts = new Map(
    queries.map(({ component, part }, index) => [`${part} ${component}`, valuesOf(reads[index])] as const),
  );
  const partOf = (part: TrafficPart, component: string) => parts.get(`${part} ${component}`);
  const names = [...new Set(queries.map(({ component }) => component))];
  const requests = new Map(
    names.flatMap((name) => {
      const values = partOf('requests', name);
      return values ? [[name, requestsOf(window, values)] as const] : [];
    }),
  );
  const unanswering = namesWithoutAnswers(graph, requests);
  // The alarmed component is not taken for down: its callers' alarm would have been the first.
  const silent = new Set([...down, ...unanswering.filter((name) => name !== target)]);
  const samplesBy = (by: Symptom): ReadonlyMap<string, readonly Sample[]> => {
    const samples = new Map(
      names.flatMap((name) => {
        const values = partOf(by, name);
        const own = requests.get(name);
        if (!values || !own) return [];
        const scale = components[name]?.traffic?.latency?.unit === 'milliseconds' ? 1e-3 : 1;
        return [[name, samplesOf(by, window, own, values, scale)] as const];
      }),
    );
    if (!samples.has(target)) {
      const asked = samplesAsked(target, graph, samples);
      if (asked) samples.set(target, asked);
    }
    return samples;
  };
  const excessBy = (by: Symptom) => excessOf(by, target, graph, samplesBy(by), silent);
  const failsFast = (name: string) =>
    failsWithoutWaiting(samplesBy('failures').get(name), samplesBy('latency').get(name));
  const symptom = symptomOf(alertMetric);
  const excess = symptom && timedOut(excessBy(symptom), () => excessBy('latency'), graph, failsFast);
  const surges = [...requests].flatMap(([name, counts]) => {
    const times = surgeOf(demandOf(window, counts, partOf('failures', name)));
    return times === undefined ? [] : [[name, times] as const];
  });
  return {
    ...(excess && { excess }),
    ...(surges.length > 0 && { surges: Object.fromEntries(surges), measured: [...requests.keys()] }),
    ...(unanswering.length > 0 && { unanswering }),
  };
}

/**
 * Requests fail at a caller that runs out of patience, and the slow callee itself never fails. So where the one that is
 * blamed for failures waits for another, that one is at fault.
 */
function timedOut(
  excess: ExcessEvidence | undefined,
  waiting: () => ExcessEvidence | undefined,
  graph: DependencyGraph,
  failsFast: (component: string) => boolean,
): ExcessEvidence | undefined {
  const [failing] = excess?.candidates ?? [];
  if (!failing || excess?.symptom !== 'failures' || failsFast(failing.component)) return excess;
  const slow = waiting();
  const [waitedFor] = slow?.candidates ?? [];
  const isBehind =
    waitedFor !== undefined &&
    waitedFor.share >= WAITING_SHARE &&
    waitedFor.component !== failing.component &&
    callersFirst(graph, failing.component).includes(waitedFor.component);
  return isBehind ? slow : excess;
}

/** Whether requests take no longer than usual while they fail: who runs out of patience has waited first. */
function failsWithoutWaiting(
  failures: readonly Sample[] | undefined,
  latency: readonly Sample[] | undefined,
): boolean {
  if (!failures || !latency) return false;
  const usualFailures = usualOf(parted(failures).history)?.level ?? 0;
  const usualLatency = usualOf(parted(latency).history)?.level;
  const { during } = parted(latency);
  const whileFailing = parted(failures).during.flatMap(({ value = 0 }, period) => {
    const waited = during[period]?.value;
    return value > usualFailures && waited !== undefined ? [waited] : [];
  });
  return whileFailing.length > 0 && usualLatency !== undefined && median(whileFailing) <= usualLatency;
}

/**
 * What a component that is not measured has seen: the answers of those that it calls, or that are called through others
 * which are not measured either.
 */
function samplesAsked(
  target: string,
  graph: DependencyGraph,
  samples: ReadonlyMap<string, readonly Sample[]>,
): readonly Sample[] | undefined {
  const unknown = callersFirst(graph, target).filter((name) => name !== target && !samples.has(name));
  const asked = graphWithout(graph, new Set(unknown)).callees.get(target) ?? [];
  const [first = [], ...others] = asked.flatMap((name) => {
    const own = samples.get(name);
    return own ? [own] : [];
  });
  return first.map((sample, period) => {
    const all = [sample, ...others.flatMap((one) => one[period] ?? [])];
    const answered = all.filter(({ value }) => value !== undefined);
    const requests = answered.reduce((sum, one) => sum + one.requests, 0);
    if (requests === 0) return { requests: 0 };
    const weighted = answered.reduce((sum, { requests: count, value = 0 }) => sum + count * value, 0);
    return { requests, value: weighted / requests };
  });
}

function excessOf(
  symptom: Symptom,
  target: string,
  graph: DependencyGraph,
  samples: ReadonlyMap<string, readonly Sample[]>,
  down: ReadonlySet<string>,
): ExcessEvidence | undefined {
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
  const { candidates, unjudged } = balanceExcess({ target, symptom, graph, series, down });
  if (candidates.length === 0) return undefined;
  return { symptom, candidates, ...(unjudged.length > 0 && { unjudged }) };
}

/** Periods without an answer, in a row and to the end of the window, after which a component counts as silent. */
const SILENT_PERIODS = 3;
/** Answers in at least this share of the periods before: one that is rarely asked is not silent. */
const USUALLY_ANSWERS = 0.95;

/**
 * Those that have stopped answering, although one that calls them goes on. If all that an unmeasured component calls fall
 * silent at once, that component has stopped asking them.
 */
function namesWithoutAnswers(
  graph: DependencyGraph,
  requests: ReadonlyMap<string, readonly number[]>,
): readonly string[] {
  // Through those that are not measured, requests come from their callers.
  const isMeasured = (name: string) => requests.has(name);
  const unmeasured = [...graph.callees.keys()].filter((name) => !isMeasured(name));
  const { callers } = graphWithout(graph, new Set(unmeasured));
  const goesOn = (name: string) =>
    requests
      .get(name)
      ?.slice(-SILENT_PERIODS)
      .every((count) => count > 0) === true;
  const silent = new Set(
    [...requests].flatMap(([name, counts]) => {
      const usual = counts.slice(0, HISTORY_PERIODS);
      const isSilent =
        counts.slice(-SILENT_PERIODS).every((count) => count === 0) &&
        usual.filter((count) => count > 0).length >= USUALLY_ANSWERS * usual.length &&
        (callers.get(name) ?? []).some(goesOn);
      return isSilent ? [name] : [];
    }),
  );
  const asksNobody = unmeasured.filter((name) => {
    const asked = (graph.callees.get(name) ?? []).filter(isMeasured);
    return asked.length > 1 && asked.every((callee) => silent.has(callee));
  });
  const isAsked = (name: string) =>
    (graph.callers.get(name) ?? []).some((caller) => !silent.has(caller) && !asksNobody.includes(caller));
  return [...[...silent].filter(isAsked), ...asksNobody];
}

/** From this many times the usual number of requests on, and beyond its noise, there is a surge. */
const SURGE_TIMES = 1.4;
const SURGE_DEVIATIONS = 2.5;
/** Fewer are too few to tell. */
const REQUESTS_AT_LEAST = 5;
const SURGE_PERIODS = 3;

/** The most that was asked in three periods in a row, compared with what is usual and with what was asked just before. */
function surgeOf(requests: readonly number[]): number | undefined {
  if (requests.length < HISTORY_PERIODS + BEFORE_PERIODS + SURGE_PERIODS) return undefined;
  const { median: level, deviation } = robustly(requests.slice(0, HISTORY_PERIODS));
  const usual = Math.max(level, median(requests.slice(HISTORY_PERIODS, HISTORY_PERIODS + BEFORE_PERIODS)));
  const during = requests.slice(HISTORY_PERIODS + BEFORE_PERIODS);
  let most = 0;
  for (let end = SURGE_PERIODS; end <= during.length; end += 1)
    most = Math.max(most, median(during.slice(end - SURGE_PERIODS, end)));
  // Counts of people who come one by one have a deviation of the root of their mean.
  const noise = Math.max(deviation, Math.sqrt(usual));
  const isSurge =
    usual >= REQUESTS_AT_LEAST && most >= SURGE_TIMES * usual && most - usual >= SURGE_DEVIATIONS * noise;
  return isSurge ? most / usual : undefined;
}

function valuesOf(read: SeriesRead | undefined): ReadonlyMap<number, number> | undefined {
  return read && new Map(read.points.map(({ atMs, value }) => [atMs, value]));
}

function requestsOf({ startMs, endMs }: ReadWindow, values: ReadonlyMap<number, number>): readonly number[] {
  const counts: number[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += PERIOD_MS) counts.push(values.get(atMs) ?? 0);
  return counts;
}

/** Requests that did not fail: clients send those that do again, so that a fault alone makes for more requests. */
function demandOf(
  { startMs }: ReadWindow,
  requests: readonly number[],
  failures: ReadonlyMap<number, number> = new Map(),
): readonly number[] {
  return requests.map((asked, period) =>
    Math.max(0, asked - (failures.get(startMs + period * PERIOD_MS) ?? 0)),
  );
}

function samplesOf(
  symptom: Symptom,
  { startMs }: ReadWindow,
  requests: readonly number[],
  values: ReadonlyMap<number, number>,
  scale: number,
): readonly Sample[] {
  return requests.map((asked, period): Sample => {
    const value = values.get(startMs + period * PERIOD_MS);
    if (asked <= 0) return { requests: 0 };
    // Nothing is published of failures that do not occur.
    if (symptom === 'failures') return { requests: asked, value: Math.min(1, (value ?? 0) / asked) };
    return { requests: asked, ...(value !== undefined && { value: value * scale }) };
  });
}

function parted(samples: readonly Sample[]) {
  return {
    history: samples.slice(0, HISTORY_PERIODS),
    before: samples.slice(HISTORY_PERIODS, HISTORY_PERIODS + BEFORE_PERIODS),
    during: samples.slice(HISTORY_PERIODS + BEFORE_PERIODS),
  };
}
