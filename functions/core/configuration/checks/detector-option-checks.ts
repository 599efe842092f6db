import { DETECTORS } from '../../detection/detectors.ts';
import { withNearest } from '../nearest-name.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { Anomaly } from '../schema/anomaly-schema.ts';

/** A window of a week in steps of a minute, and then some. */
const LARGEST_OPTION = 20_000;

/** Levels belong under `threshold`, and how many series are watched together follows from `of`. */
function optionsOf(detector: Anomaly['detector']): readonly string[] {
  if (detector === 'threshold') return [];
  return Object.keys(DETECTORS[detector].defaults).filter((option) => option !== 'dimensions');
}

/** Options that a detector does not have, or that are out of its range. */
export function checkOptions(
  path: DocumentPath,
  { detector, options }: Pick<Anomaly, 'detector' | 'options'>,
): readonly Finding[] {
  const known = optionsOf(detector);
  return Object.entries(options).flatMap(([option, value]): readonly Finding[] => {
    const place = [...path, 'options', option];
    if (!known.includes(option)) {
      const near = withNearest(option, known);
      return [
        {
          severity: 'error',
          code: 'unknown-key',
          path: place,
          at: 'key',
          value: option,
          message: `\`${detector}\` has no option \`${option}\`; it has ${known.join(', ') || 'none'}`,
          remedy: near.nearest ? `Did you mean \`${near.nearest}\`?` : 'Remove it, or use one of these.',
          ...near,
        },
      ];
    }
    const isShare = option === 'sensitivity' || option === 'contamination';
    const largest = isShare ? 1 : LARGEST_OPTION;
    if (value >= 0 && value <= largest) return [];
    return [
      {
        severity: 'error',
        code: 'out-of-range',
        path: place,
        value,
        message: `${value} is not from 0 to ${largest}`,
        remedy: `Write a number from 0 to ${largest}.`,
      },
    ];
  });
}
