import { monitorSeriesName } from '../../analysis/monitor-series.ts';
import { PROFILE_PERIOD_SECONDS, profileEntry } from '../../analysis/profile-series.ts';
import { withNearest } from '../nearest-name.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import { profileColumns, runtimesWith } from '../profile-columns.ts';
import type { Anomaly } from '../schema/anomaly-schema.ts';
import type { Component } from '../schema/schema.ts';
import { selectsHosts } from '../target-selector.ts';

const PROFILE = profileEntry('');

/** What an entry has of its own if its values are read, and what says how a single series is judged. */
const SINGLE_KEYS = [
  'namespace',
  'metricName',
  'dimensions',
  'statistic',
  'expression',
  'metrics',
  'direction',
  'counter',
  'unit',
] as const;

/** Series that are watched together: they must exist, and have values at the same times. */
export function checkJoint(
  path: DocumentPath,
  key: string,
  anomaly: Anomaly,
  component: Component,
): readonly Finding[] {
  const { detector, of } = anomaly;
  if (of === undefined) return [needed([...path, 'detector'], detector, '`of`', 'the entries to be watched')];
  if (detector !== 'joint')
    return [needed([...path, 'of'], of, '`detector: joint`', 'no other detector watches several series')];
  const single = SINGLE_KEYS.find((name) => anomaly[name] !== undefined && anomaly[name] !== false);
  if (single !== undefined) {
    return [
      {
        severity: 'error',
        code: 'conflicting-keys',
        path: [...path, single],
        at: 'key',
        value: anomaly[single],
        message: `\`${single}\` and \`of\` exclude each other: its values are those of other entries`,
        remedy: `Move \`${single}\` to an entry of its own, or remove it.`,
      },
    ];
  }
  const watched = singleSeries(component);
  return of.flatMap((name, index) => checkPart([...path, 'of', index], name, { key, anomaly, watched }));
}

/** What can be watched together with others, by its name in `of`. */
function singleSeries({ anomalies, monitors, profile, targets }: Component): ReadonlyMap<string, Single> {
  const columns = profile && selectsHosts(targets) ? profileColumns(profile) : [];
  return new Map<string, Single>([
    ...Object.entries(anomalies).filter(([, { of, detector }]) => of === undefined && detector !== 'joint'),
    ...Object.entries(monitors).map(([key, monitor]) => [monitorSeriesName(key), monitor] as const),
    ...columns.map(
      ({ column }) => [profileEntry(column), { periodSeconds: PROFILE_PERIOD_SECONDS }] as const,
    ),
  ]);
}

function needed(path: DocumentPath, value: unknown, what: string, meant: string): Finding {
  return {
    severity: 'error',
    code: 'missing-key',
    path,
    value,
    message: `${what} is missing: ${meant}`,
    remedy: `Add ${what}.`,
  };
}

type Single = Pick<Anomaly, 'periodSeconds'>;

interface Whole {
  readonly key: string;
  readonly anomaly: Anomaly;
  /** The component's single series, by their names in `of`. */
  readonly watched: ReadonlyMap<string, Single>;
}

function checkPart(path: DocumentPath, name: string, { key, anomaly, watched }: Whole): readonly Finding[] {
  const part = watched.get(name);
  const invalid = { severity: 'error', code: 'invalid-value', path, value: name } as const;
  if (!part) return [{ ...invalid, ...unknownPart(name, [...watched.keys()]) }];
  if (anomaly.of?.indexOf(name) !== anomaly.of?.lastIndexOf(name))
    return [
      { ...invalid, code: 'repeated-value', message: `\`${name}\` is named twice`, remedy: 'Name it once.' },
    ];
  if (part.periodSeconds === anomaly.periodSeconds) return [];
  return [
    {
      ...invalid,
      message: `\`${name}\` has a data point every ${part.periodSeconds} s, and \`${key}\` every ${anomaly.periodSeconds} s`,
      remedy: 'Give all of them the same `periodSeconds`.',
    },
  ];
}

/** What is not there, and what was meant. */
function unknownPart(
  name: string,
  known: readonly string[],
): Pick<Finding, 'message' | 'remedy' | 'nearest'> {
  const runtimes = known.some((each) => each.startsWith(PROFILE))
    ? runtimesWith(name.replace(PROFILE, ''))
    : [];
  if (runtimes.length > 0 && name.startsWith(PROFILE))
    return {
      message: `\`${name}\` is measured only with \`runtime: ${runtimes.join('` or `')}\``,
      remedy: 'Set `runtime` and `endpoint` of the profile, or name another column.',
    };
  // The name of a monitor or a column alone is what most people write first.
  const whole = known.find((each) => each.endsWith(`/${name}`));
  const near = whole === undefined ? withNearest(name, known) : { nearest: whole };
  return {
    message: `\`${name}\` is no single series of the component; there are ${known.join(', ') || 'none'}`,
    remedy: near.nearest
      ? `Did you mean \`${near.nearest}\`?`
      : 'Name an entry under `anomalies`, `monitor/NAME`, or `profile/COLUMN`.',
    ...near,
  };
}
