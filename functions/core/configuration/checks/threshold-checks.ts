import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Anomaly } from '../schema/anomaly-schema.ts';
import type { Threshold } from '../schema/threshold-schema.ts';
import { levelsOf, thresholdOptions } from '../threshold-levels.ts';

type Entry = Pick<Anomaly, 'metric' | 'detector' | 'threshold' | 'direction' | 'options'>;

/** Series with `detector: threshold` without levels, levels that contradict each other, and levels that nothing uses. */
export function checkThresholds(parts: ReadableParts): readonly Finding[] {
  const { components, settings } = parts;
  const thresholds = settings?.thresholds ?? {};
  const entries = [...components].flatMap(([name, component]) =>
    (['anomalies', 'monitors'] as const).flatMap((kind) =>
      Object.entries(component[kind]).map(
        ([key, entry]) => [['components', name, kind, key], key, entry] as const,
      ),
    ),
  );
  return [
    ...Object.entries(thresholds).flatMap(([metric, levels]) =>
      checkLevels(['settings', 'thresholds', metric], metric, { threshold: levels }),
    ),
    ...entries.flatMap(([path, key, entry]) => checkEntry(path, key, entry, thresholds)),
    ...unused(parts, new Set(entries.flatMap(([, key, entry]) => metricFromSettings(key, entry)))),
  ];
}

function metricFromSettings(key: string, { metric = key, detector, threshold }: Entry): readonly string[] {
  return detector === 'threshold' && threshold === undefined ? [metric] : [];
}

function checkEntry(
  path: DocumentPath,
  key: string,
  entry: Entry,
  thresholds: Readonly<Record<string, Threshold>>,
): readonly Finding[] {
  const { metric = key, detector, threshold } = entry;
  if (detector !== 'threshold') {
    if (threshold === undefined) return [];
    return [
      {
        severity: 'error',
        code: 'conflicting-keys',
        path: [...path, 'threshold'],
        at: 'key',
        value: threshold,
        message: `\`${detector}\` learns what is usual, and has no use for levels`,
        remedy: 'Write `detector: threshold`, or remove `threshold`.',
      },
    ];
  }
  if (threshold !== undefined) return checkLevels([...path, 'threshold'], metric, entry);
  if (levelsOf(key, entry, thresholds)) return [];
  return [
    {
      severity: 'error',
      code: 'levels-needed',
      path,
      at: 'key',
      value: key,
      message: `\`detector: threshold\` needs levels, and \`settings.thresholds\` has none for \`${metric}\``,
      remedy: `Add \`threshold: { warning: …, critical: … }\`, or \`${metric}\` under \`settings.thresholds\`.`,
    },
  ];
}

function checkLevels(
  path: DocumentPath,
  metric: string,
  { threshold, direction }: Pick<Entry, 'threshold'> & Partial<Pick<Entry, 'direction'>>,
): readonly Finding[] {
  const { warning, critical, escalateSeconds } = threshold ?? {};
  const error = { severity: 'error', path, at: 'key' } as const;
  if (warning === undefined && critical === undefined) {
    return [
      {
        ...error,
        code: 'levels-needed',
        value: threshold,
        message: 'neither `warning` nor `critical` is set, so that nothing would ever be reported',
        remedy: 'Add `warning`, `critical` or both.',
      },
    ];
  }
  if (escalateSeconds !== undefined && warning === undefined) {
    return [
      {
        ...error,
        code: 'levels-needed',
        path: [...path, 'escalateSeconds'],
        value: escalateSeconds,
        message: 'there is no `warning` level that could become critical',
        remedy: 'Add `warning`, or remove `escalateSeconds`.',
      },
    ];
  }
  const { sign } = thresholdOptions(metric, { detector: 'threshold', threshold, direction });
  if (warning === undefined || critical === undefined || sign * critical >= sign * warning) return [];
  const side = sign === 1 ? 'above' : 'below';
  return [
    {
      ...error,
      code: 'out-of-range',
      path: [...path, 'critical'],
      value: critical,
      message: `values are bad ${side} the levels, and ${critical} is reached before the warning level of ${warning}`,
      remedy: `Swap the levels, or write \`direction: ${sign === 1 ? 'below' : 'above'}\`.`,
    },
  ];
}

/** Says nothing while some part cannot be read: it might use them. */
function unused({ isComplete, settings }: ReadableParts, used: ReadonlySet<string>): readonly Finding[] {
  if (!isComplete) return [];
  return Object.keys(settings?.thresholds ?? {})
    .filter((metric) => !used.has(metric))
    .map((metric) => ({
      severity: 'warning',
      code: 'threshold-without-use',
      path: ['settings', 'thresholds', metric],
      at: 'key',
      value: metric,
      message: `these levels watch nothing: no series with \`detector: threshold\` is about \`${metric}\``,
      remedy: `Add \`${metric}: { detector: threshold }\` under the \`anomalies\` of the components that are to be watched, or remove the levels.`,
    }));
}
