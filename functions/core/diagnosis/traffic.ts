import type { ReadWindow } from '../analysis/read-window.ts';
import type { CloudWatchSource } from '../analysis/watched-series.ts';
import type { Traffic } from '../configuration/schema/traffic-schema.ts';
import type { Symptom } from './excess.ts';
import { isOfClass, type MetricClass } from './metric-classes.ts';

export const TRAFFIC_PARTS = ['requests', 'failures', 'latency'] as const;
export type TrafficPart = (typeof TRAFFIC_PARTS)[number];
/** What says how much is asked of a component. */
const DEMAND = ['requests', 'failures'] as const satisfies readonly TrafficPart[];

/** One series to be read: what a component's traffic consists of. */
export interface TrafficQuery {
  readonly component: string;
  readonly part: TrafficPart;
  readonly source: CloudWatchSource;
  readonly periodSeconds: number;
  readonly window: ReadWindow;
}

const PERIOD_SECONDS = 60;
export const PERIOD_MS = PERIOD_SECONDS * 1_000;
/** What is usual. The gate wants a hundred windows of normal operation. */
export const HISTORY_PERIODS = 180;
/** An alarm takes some periods to go red: what it is about began up to this much earlier. */
const ALARM_PERIODS = 10;
/** Just before that. */
export const BEFORE_PERIODS = 10;
/** An alarm may be red for hours: what happened first tells the most. */
const DURING_PERIODS_AT_MOST = 30;

/** Three series for each component, two for each caller: GetMetricData costs $0.01 for 1,000, a diagnosis $0.0015 at most. */
const COMPONENTS_AT_MOST = 43;
/** What is asked of them alone: a surge comes from them. */
const CALLERS_AT_MOST = 10;

const LATENCY = /latency|duration|response_?time|slow/;
const FAILURES = /error|fail|5xx|fault|availability|success/;

/** What of the traffic an alert is about; `undefined` for another metric, of which traffic says nothing. */
export function symptomOf(metric: string): Symptom | undefined {
  if (LATENCY.test(metric)) return 'latency';
  return FAILURES.test(metric) ? 'failures' : undefined;
}

/** Metrics that rise with the load: whether there is more than usual, and from where, is worth two series for each component. */
const LOAD_BOUND: readonly MetricClass[] = ['traffic', 'cpu', 'descriptors', 'throttling'];

/**
 * The series to be read of the alarmed component and of what it depends on: failures and latency, whichever the alert is
 * about, because callers see a slow dependency as failures when they run out of patience. For an alert on what rises with
 * the load, the requests of the alarmed component alone. Of what calls it, the requests. Where only requests are asked for,
 * those that fail are as well: they are sent again, and that is no demand. An alarmed component that is not measured has
 * what it asks of the others.
 *
 * @param names the alarmed component first
 * @param callers what depends on it, the nearest first
 */
export function trafficQueries(
  components: Readonly<Record<string, { readonly traffic?: Traffic | undefined }>>,
  names: readonly string[],
  callers: readonly string[],
  alertMetric: string,
  { onsetMs, nowMs }: { readonly onsetMs: number; readonly nowMs: number },
): readonly TrafficQuery[] {
  const window = trafficWindow(onsetMs, nowMs);
  const [alarmed] = names;
  if (alarmed === undefined) return [];
  const own = components[alarmed]?.traffic;
  const symptom = symptomOf(alertMetric);
  const isSeen = symptom !== undefined && (own === undefined || own[symptom] !== undefined);
  const isCompared = isSeen && names.length > 1;
  const rises = symptom !== undefined || LOAD_BOUND.some((wanted) => isOfClass(alertMetric, wanted));
  if (!isCompared && !(own && rises)) return [];
  const measured = isCompared ? names.filter((name) => components[name]?.traffic) : [alarmed];
  if (measured.length === 0) return [];
  const parts = isCompared ? TRAFFIC_PARTS : DEMAND;
  const above = callers.filter((name) => components[name]?.traffic && !measured.includes(name));
  const wanted = [
    ...measured.slice(0, COMPONENTS_AT_MOST).map((component) => ({ component, of: parts })),
    ...above.slice(0, CALLERS_AT_MOST).map((component) => ({ component, of: DEMAND })),
  ];
  return wanted.flatMap(({ component, of }) =>
    of.flatMap((part) => {
      const metric = components[component]?.traffic?.[part];
      if (!metric) return [];
      const source = sourceOf(metric, part === 'latency' ? 'Average' : 'Sum');
      return [{ component, part, source, periodSeconds: PERIOD_SECONDS, window }];
    }),
  );
}

function sourceOf(
  { namespace, metricName, dimensions }: Traffic['requests'],
  statistic: string,
): CloudWatchSource {
  return { kind: 'metric', metric: { namespace, metricName, dimensions, statistic } };
}

/** From what is usual to now, in whole minutes; the one that has not ended is left out. */
export function trafficWindow(onsetMs: number, nowMs: number): ReadWindow {
  const toMinute = (atMs: number) => Math.floor(atMs / PERIOD_MS) * PERIOD_MS;
  const beganMs = toMinute(onsetMs) - ALARM_PERIODS * PERIOD_MS;
  return {
    startMs: beganMs - (BEFORE_PERIODS + HISTORY_PERIODS) * PERIOD_MS,
    endMs: Math.min(toMinute(nowMs), beganMs + (ALARM_PERIODS + DURING_PERIODS_AT_MOST) * PERIOD_MS),
  };
}
