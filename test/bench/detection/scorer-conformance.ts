import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { NabCorpus } from './nab-data.ts';
import { scoreCorpus, scoreFile } from './nab-scorer.ts';

export interface Conformance {
  /** Detectors times profiles. */
  readonly cases: number;
  /** The largest difference of a file's score, or of the whole, from what NAB's own scorer gave. */
  readonly largestDifference: number;
}

const schema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      alert_rows: z.record(z.string(), z.array(z.number())),
      expected: z.object({ normalized: z.number(), windows_hit: z.number(), fp_rows: z.number() }),
      expected_files: z.record(z.string(), z.number()),
    }),
  ),
);

/** The scorer beside NAB's own, on the alarms of detectors that NAB published; `undefined` if they are not there. */
export function checkScorer(directory: string, { files, profiles }: NabCorpus): Conformance | undefined {
  const path = join(directory, 'scorer_conformance.json');
  if (!existsSync(path)) return undefined;
  const detectors = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const differences = Object.values(detectors).flatMap((byProfile) =>
    Object.entries(byProfile).map(([name, { alert_rows, expected, expected_files }]) => {
      const profile = profiles[name];
      if (!profile) throw new Error(`profiles.json has no profile "${name}"`);
      const scores = files.map((file) => scoreFile(file, alert_rows[file.name] ?? [], profile));
      const whole = scoreCorpus(scores, profile);
      return Math.max(
        Math.abs(whole.normalised - expected.normalized),
        Math.abs(whole.windowsHit - expected.windows_hit),
        Math.abs(whole.falseRows - expected.fp_rows),
        ...scores.map(({ score }, file) => Math.abs(score - (expected_files[files[file]?.name ?? ''] ?? 0))),
      );
    }),
  );
  return { cases: differences.length, largestDifference: Math.max(...differences) };
}
