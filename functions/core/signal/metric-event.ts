import * as z from 'zod/mini';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { componentName } from '../configuration/names.ts';
import { withNearest } from '../configuration/nearest-name.ts';
import { lazily } from '../lazily.ts';
import { eventProblem } from './event-problem.ts';
import { normalized } from './event-values.ts';
import { timeProblem } from './parse-time.ts';

/** The magnitudes that CloudWatch accepts, and every store. */
const LARGEST_FIGURE = 2 ** 360;
/** An item is written for each. */
const MOST_VALUES = 50;

const figure = z
  .number({ error: 'a number' })
  .check(z.refine((value) => Math.abs(value) <= LARGEST_FIGURE, { error: 'a number of 2^360 at most' }));

/** `detail` of a `Selfheal Metric`. */
const selfhealMetric = lazily(() =>
  z.strictObject({
    component: componentName,
    values: z.record(z.string(), figure, { error: 'a mapping from monitors to numbers' }).check(
      z.refine((values) => Object.keys(values).length > 0, { error: 'one value at least' }),
      z.refine((values) => Object.keys(values).length <= MOST_VALUES, {
        error: `${MOST_VALUES} values at most`,
      }),
    ),
  }),
);

export type ParsedMetrics =
  | { readonly kind: 'values'; readonly component: string; readonly values: ReadonlyMap<string, number> }
  | { readonly kind: 'refused'; readonly component: string; readonly problem: string };

/** The component that a refusal is recorded under, if the event names none. */
const NOBODY = 'unknown';

/**
 * Reads a `Selfheal Metric`. Never throws. All of its values are for monitors with `events`, or it is refused: a part of
 * them would look as if all was well.
 *
 * @param atMs the time of the event, epoch milliseconds
 */
export function parseMetricEvent(
  detail: unknown,
  atMs: number,
  nowMs: number,
  { components }: Pick<CompiledConfiguration, 'components'>,
): ParsedMetrics {
  const given = normalized(detail);
  const parsed = selfhealMetric().safeParse(given);
  if (!parsed.success) {
    const named = componentName.safeParse((given as { readonly component?: unknown } | null)?.component);
    const problem = eventProblem(parsed.error, given, Object.keys(selfhealMetric().shape));
    return { kind: 'refused', component: named.success ? named.data : NOBODY, problem };
  }
  const { component, values } = parsed.data;
  const refused = (problem: string) => ({ kind: 'refused', component, problem }) as const;
  const time = timeProblem('time', atMs, nowMs);
  if (time !== undefined) return refused(time);
  if (!Object.hasOwn(components, component)) return refused(`component ${component}: there is no such name`);
  const monitors = components[component]?.monitors ?? {};
  const known = Object.entries(monitors).flatMap(([name, { events }]) => (events ? [name] : []));
  const unknown = Object.keys(values).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const { nearest } = withNearest(unknown, known);
    const meant = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
    return refused(
      `values.${unknown}: no monitor of ${component} with \`events: true\`${meant}; it has ${known.join(', ') || 'none'}`,
    );
  }
  return { kind: 'values', component, values: new Map(Object.entries(values)) };
}
