import type { Point } from '../../../functions/core/detection/detector.ts';
import type { DetectorName } from '../../../functions/core/detection/detectors.ts';
import { elapseSeries, noteChange, observeSeries } from '../../../functions/core/detection/observe-series.ts';
import { type Series, startSeries } from '../../../functions/core/detection/series.ts';
import { noiseOf } from '../../factories/noise.ts';

/** How the faults of one kind were noticed by one detector. */
export interface Noticed {
  readonly fault: string;
  readonly detector: DetectorName;
  readonly periodSeconds: number;
  readonly runs: number;
  readonly noticed: number;
  /** From the beginning of the fault to its alarm, of those noticed. */
  readonly medianMinutes: number | undefined;
  /** Alarms a week between the first day and the fault. */
  readonly falseAlarmsAWeek: number;
}

interface Fault {
  readonly name: string;
  /** The value that arrives in place of a healthy one, by the hours since the fault began; `undefined` if none does. */
  readonly distort: (value: number, hours: number, atMs: number) => number | undefined;
  readonly isDeployment?: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
const START_MS = Date.UTC(2026, 0, 5);
const HORIZON_HOURS = 36;

const leak =
  (anHour: number): Fault['distort'] =>
  (value, hours) =>
    value + anHour * hours;

const FAULTS: readonly Fault[] = [
  { name: 'leak, 15 % an hour', distort: leak(60) },
  { name: 'leak, 1.25 % an hour', distort: leak(5) },
  { name: 'leak, 0.125 % an hour', distort: leak(0.5) },
  { name: 'spike of 10 minutes, + 50 %', distort: (value, hours) => (hours < 1 / 6 ? 1.5 * value : value) },
  { name: 'level shift, + 15 %', distort: (value) => value + 60 },
  {
    name: 'level shift after a deployment, + 4 %',
    distort: (value) => value + 16,
    isDeployment: true,
  },
  {
    name: 'broken season: night as busy as day',
    distort: (value, _, atMs) => value - seasonAt(atMs) + Math.abs(seasonAt(atMs)),
  },
  { name: 'stuck value', distort: () => 400 },
  { name: 'silence', distort: () => undefined },
];

/** A service of about 400: a tenth more by day than at night, less at weekends, noise of 1 %, and one point in a hundred lost. */
function seasonAt(atMs: number): number {
  return 40 * Math.sin((2 * Math.PI * (atMs % DAY_MS)) / DAY_MS);
}

function serviceOf(seed: number, periodSeconds: number, fault: Fault) {
  const { gaussian, uniform } = noiseOf(seed);
  const faultAtMs = START_MS + 15 * DAY_MS + uniform() * DAY_MS;
  const rows = (faultAtMs - START_MS + HORIZON_HOURS * HOUR_MS) / (periodSeconds * 1_000);
  const points = Array.from({ length: Math.floor(rows) }, (_, row): Point[] => {
    const atMs = START_MS + row * periodSeconds * 1_000;
    const isWeekend = Math.floor((atMs - START_MS) / DAY_MS) % 7 >= 5;
    const healthy = 400 + seasonAt(atMs) * (isWeekend ? 0.7 : 1) + 4 * gaussian();
    const isLost = uniform() < 0.01;
    const hours = (atMs - faultAtMs) / HOUR_MS;
    const value = hours < 0 ? healthy : fault.distort(healthy, hours, atMs);
    return isLost || value === undefined ? [] : [{ atMs, value }];
  }).flat();
  return { points, faultAtMs };
}

/** When a detector notices a fault, and when it alarmed before it. */
function alarmsOf(series: Series, seed: number, fault: Fault) {
  const { points, faultAtMs } = serviceOf(seed, series.periodSeconds, fault);
  const firstAfter = points.findIndex(({ atMs }) => atMs >= faultAtMs);
  const healthy = firstAfter < 0 ? points : points.slice(0, firstAfter);
  const before = observeSeries(series, startSeries(series), healthy);
  const changed = fault.isDeployment ? noteChange(series, before.state, faultAtMs) : before.state;
  const after = observeSeries(series, changed, points.slice(healthy.length));
  const silent = elapseSeries(series, after.state, faultAtMs + HORIZON_HOURS * HOUR_MS);
  const isAlarm = ({ event }: { event: string | undefined }) => event !== undefined && event !== 'ENDED';
  const noticedAtMs = after.readings.find(isAlarm)?.atMs;
  const silenceNoticed = silent.readings.some(isAlarm)
    ? silenceNoticedAtMs(series, after.state, faultAtMs)
    : undefined;
  return {
    falseAlarms: before.readings.filter(isAlarm).length,
    weeks: (faultAtMs - START_MS - DAY_MS) / (7 * DAY_MS),
    minutes: minutesBetween(faultAtMs, noticedAtMs ?? silenceNoticed),
  };
}

function minutesBetween(fromMs: number, toMs: number | undefined): number | undefined {
  return toMs === undefined ? undefined : (toMs - fromMs) / 60_000;
}

/** The first minute in which the silence is an anomaly. */
function silenceNoticedAtMs(
  series: Series,
  state: Parameters<typeof elapseSeries>[1],
  fromMs: number,
): number | undefined {
  for (let nowMs = fromMs; nowMs < fromMs + HORIZON_HOURS * HOUR_MS; nowMs += 60_000) {
    if (elapseSeries(series, state, nowMs).readings.some(({ event }) => event === 'BEGAN')) return nowMs;
  }
  return undefined;
}

/** Each fault in several services, watched by each of the detectors. */
export function measureFaults(
  detectors: readonly DetectorName[],
  periodSeconds: number,
  runs: number,
): readonly Noticed[] {
  return FAULTS.flatMap((fault) =>
    detectors.map((detector): Noticed => {
      const series: Series = { detector, periodSeconds };
      const seen = Array.from({ length: runs }, (_, run) => alarmsOf(series, 31 + run, fault));
      const minutes = seen.flatMap((one) => (one.minutes === undefined ? [] : [one.minutes]));
      const weeks = seen.reduce((sum, one) => sum + one.weeks, 0);
      return {
        fault: fault.name,
        detector,
        periodSeconds,
        runs,
        noticed: minutes.length,
        medianMinutes: minutes.toSorted((a, b) => a - b)[Math.floor(minutes.length / 2)],
        falseAlarmsAWeek: seen.reduce((sum, one) => sum + one.falseAlarms, 0) / weeks,
      };
    }),
  );
}
