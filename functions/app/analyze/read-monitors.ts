import type { SeriesPlan } from '../../core/analysis/judge-series.ts';
import { type AskedMonitor, monitorReads, monitorRequest } from '../../core/analysis/monitor-answer.ts';
import type { MonitorSource } from '../../core/analysis/monitor-source.ts';
import { periodValues } from '../../core/analysis/period-values.ts';
import type { ReadWindow, SeriesRead } from '../../core/analysis/read-window.ts';
import type { SeriesSource } from '../../core/analysis/watched-series.ts';
import { ServiceError } from '../../ports/errors.ts';
import { type MetricSamples, MOST_SAMPLES } from '../../ports/metric-samples.ts';
import type { MonitorFunctions } from '../../ports/monitor-functions.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { Essentials } from '../../ports/ports.ts';
import type { FunctionAnswer } from '../../ports/user-functions.ts';
import { notingDenials } from '../denials.ts';
import { inParallel } from '../in-parallel.ts';

export interface MonitorDeps extends Essentials {
  readonly store: Pick<OperationStore, 'noteDenial'>;
  readonly monitorFunctions: MonitorFunctions;
  readonly samples: Pick<MetricSamples, 'list'>;
}

export interface MonitorsRead {
  readonly reads: ReadonlyMap<SeriesPlan, SeriesRead>;
  /** Why the others could not be read, one line each. */
  readonly problems: readonly string[];
}

const CALLS_AT_A_TIME = 16;

/** A monitor of a plan, with the periods that are to be read. */
interface Planned<Source extends MonitorSource> {
  readonly plan: SeriesPlan;
  readonly source: Source;
  readonly window: ReadWindow;
}

type Asked = Exclude<MonitorSource, { readonly kind: 'events' }>;
type Sampled = Extract<MonitorSource, { readonly kind: 'events' }>;
type Read = (plan: SeriesPlan, read: SeriesRead) => void;

/**
 * Reads the monitors among some series. A source that fails, takes too long, answers what is not documented or may not
 * be asked is named; its series wait for the next run as they are. Rejects with defects only.
 *
 * @param lastMs no call begins after it: what is left is read by the next run
 */
export async function readMonitors(
  deps: MonitorDeps,
  plans: readonly SeriesPlan[],
  lastMs: number,
): Promise<MonitorsRead> {
  const reads = new Map<SeriesPlan, SeriesRead>();
  const problems: string[] = [];
  const note: Read = (plan, read) => void reads.set(plan, read);
  const calls = [...functionCalls(deps, plans, note), ...eventCalls(deps, plans, note)];
  let left = 0;
  await inParallel(calls, CALLS_AT_A_TIME, async ({ what, make }) => {
    if (deps.clock.nowMs() > lastMs) {
      left += 1;
      return;
    }
    try {
      problems.push(...(await notingDenials(deps, make)).map((problem) => `${what}: ${problem}`));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      problems.push(`${what}: ${error.name}: ${error.message}`);
    }
  });
  if (left > 0)
    problems.push(`${left} sources of monitors were left to the next run: this one took too long`);
  return { reads, problems };
}

interface Call {
  readonly what: string;
  /** @returns problems, one line each */
  readonly make: () => Promise<readonly string[]>;
}

/** One for each function of each component. */
function functionCalls(deps: MonitorDeps, plans: readonly SeriesPlan[], note: Read): readonly Call[] {
  const planned = plannedOf(plans, isAsked);
  const groups = Map.groupBy(planned, ({ plan, source }) => `${plan.watched.component}\n${source.function}`);
  return [...groups.values()].flatMap((own): readonly Call[] => {
    const [first] = own;
    if (!first) return [];
    const { component } = first.plan.watched;
    const { function: name } = first.source;
    const names = own.map(({ source }) => source.monitor).join(', ');
    const what =
      first.source.kind === 'function'
        ? `monitors ${names} of ${component}, function ${name}`
        : `monitors ${names} of ${component}`;
    return [{ what, make: () => askFunction(deps, component, name, own, note) }];
  });
}

async function askFunction(
  { monitorFunctions }: MonitorDeps,
  component: string,
  name: string,
  own: readonly Planned<Asked>[],
  note: Read,
): Promise<readonly string[]> {
  const asked = own.map(
    ({ plan, source, window }): AskedMonitor => ({
      monitor: source.monitor,
      periodSeconds: plan.watched.series.periodSeconds,
      statistic: source.statistic,
      window,
    }),
  );
  const timeoutSeconds = Math.max(...own.map(({ source }) => source.timeoutSeconds));
  const answer = await monitorFunctions.measure(name, monitorRequest(component, asked), timeoutSeconds);
  const failure = failureIn(answer);
  if (failure !== undefined) return [failure];
  const payload = 'payload' in answer ? answer.payload : undefined;
  const found = monitorReads(payload, asked);
  const problems = new Set<string>();
  for (const [index, { plan }] of own.entries()) {
    const each = found[index];
    if (each && 'read' in each) note(plan, each.read);
    else if (each) problems.add(each.problem);
  }
  return [...problems];
}

function failureIn(answer: FunctionAnswer): string | undefined {
  if (!('functionError' in answer)) return undefined;
  const { errorType, errorMessage } = answer.functionError;
  return `failed with ${errorType}: ${errorMessage}`;
}

/** One for each series whose values were sent as events. */
function eventCalls({ samples }: MonitorDeps, plans: readonly SeriesPlan[], note: Read): readonly Call[] {
  return plannedOf(plans, (source): source is Sampled => source.kind === 'events').map(
    ({ plan, source, window }) => {
      const { component, series } = plan.watched;
      const make = async () => {
        const found = await samples.list({ component, monitor: source.monitor }, window);
        const periodMs = series.periodSeconds * 1_000;
        const wholeUntilMs = Math.floor(found.completeUntilMs / periodMs) * periodMs;
        const isOverfull = wholeUntilMs <= window.startMs;
        const completeUntilMs = isOverfull ? window.startMs + periodMs : wholeUntilMs;
        const points = periodValues(found.samples, series.periodSeconds, source.statistic);
        note(plan, { points: points.filter(({ atMs }) => atMs < completeUntilMs), completeUntilMs });
        return isOverfull ? [OVERFULL] : [];
      };
      return { what: `monitor ${source.monitor} of ${component}`, make };
    },
  );
}

const OVERFULL = `only the first ${MOST_SAMPLES} values of a period were counted; add them up before they are sent`;

function isAsked(source: SeriesSource): source is Asked {
  return source.kind === 'function' || source.kind === 'endpoint';
}

function plannedOf<Source extends MonitorSource>(
  plans: readonly SeriesPlan[],
  isWanted: (source: SeriesSource) => source is Source,
): readonly Planned<Source>[] {
  return plans.flatMap((plan) => {
    const { watched, window } = plan;
    return window && isWanted(watched.source) ? [{ plan, source: watched.source, window }] : [];
  });
}
