import { withNearest } from '../nearest-name.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { Anomaly } from '../schema/anomaly-schema.ts';

/** What an entry has of its own if its values are read, and what says how a single series is judged. */
const SINGLE_KEYS = [
  'namespace',
  'metricName',
  'dimensions',
  'statistic',
  'expression',
  'metrics',
  'direction',
  'unit',
] as const;

/** Entries that are watched together: they must exist, and have values at the same times. */
export function checkJoint(
  path: DocumentPath,
  key: string,
  anomaly: Anomaly,
  anomalies: Readonly<Record<string, Anomaly>>,
): readonly Finding[] {
  const { detector, of } = anomaly;
  if (of === undefined) return [needed([...path, 'detector'], detector, '`of`', 'the entries to be watched')];
  if (detector !== 'joint')
    return [needed([...path, 'of'], of, '`detector: joint`', 'no other detector watches several series')];
  const single = SINGLE_KEYS.find((name) => anomaly[name] !== undefined);
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
  return of.flatMap((name, index) => checkPart([...path, 'of', index], name, { key, anomaly, anomalies }));
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

interface Whole {
  readonly key: string;
  readonly anomaly: Anomaly;
  readonly anomalies: Readonly<Record<string, Anomaly>>;
}

function checkPart(path: DocumentPath, name: string, { key, anomaly, anomalies }: Whole): readonly Finding[] {
  const part = Object.hasOwn(anomalies, name) ? anomalies[name] : undefined;
  const single = Object.keys(anomalies).filter((other) => other !== key && !anomalies[other]?.of);
  const invalid = { severity: 'error', code: 'invalid-value', path, value: name } as const;
  if (!part || !single.includes(name)) {
    const near = withNearest(name, single);
    return [
      {
        ...invalid,
        message: `\`${name}\` is no single series under \`anomalies\`; there are ${single.join(', ') || 'none'}`,
        remedy: near.nearest
          ? `Did you mean \`${near.nearest}\`?`
          : 'Add an entry for it, or remove it here.',
        ...near,
      },
    ];
  }
  if (anomaly.of?.indexOf(name) !== anomaly.of?.lastIndexOf(name))
    return [
      { ...invalid, code: 'repeated-value', message: `\`${name}\` is named twice`, remedy: 'Name it once.' },
    ];
  if (part.counter)
    return [
      {
        ...invalid,
        message: `\`${name}\` is a counter, whose values are rates only once they are read`,
        remedy: 'Name entries without `counter: true`.',
      },
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
