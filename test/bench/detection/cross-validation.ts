import { seasonalWith } from '../../../functions/core/detection/seasonal.ts';
import { SEASONAL_TUNING, type SeasonalTuning } from '../../../functions/core/detection/seasonal-tuning.ts';
import { type Noise, noiseOf } from '../../factories/noise.ts';
import { alarmRowsOf, scoresOf } from './detect-file.ts';
import type { NabCorpus } from './nab-data.ts';
import { scoreFile } from './nab-scorer.ts';

/** The lowest bars that are tried. */
const BARS = [3.8, 4, 4.2, 4.4, 4.6, 4.8, 5, 5.2, 5.4, 5.8];
const FOLDS = 5;
const SHUFFLES = 20;
const VARIED = [
  'memoryRate',
  'slowLevelRate',
  'fastLevelRate',
  'slotRate',
  'seasonRate',
  'seasonWeight',
  'shortRate',
  'longRate',
  'novelty',
  'boundStep',
] as const satisfies readonly (keyof SeasonalTuning)[];

export interface CrossValidated {
  /** Bar chosen on four fifths of the files, scored on the last; the tuning as it is. */
  readonly bar: number;
  /** Bar and tuning chosen so, among variants in which every constant is off by up to 30 %. */
  readonly nested: number;
  readonly variants: number;
  /** Over all variants and bars: what to expect of a tuning that nobody chose. */
  readonly meanOfVariants: number;
}

/** What the figures owe to the files on which tuning and bar were chosen. */
export function crossValidate(corpus: NabCorpus, variants: number): CrossValidated {
  const profile = corpus.profiles['standard'];
  if (!profile) throw new Error('profiles.json has no profile "standard"');
  const windows = corpus.files.map((file) => file.windows.length);
  const noise = noiseOf(7);
  const tunings = [SEASONAL_TUNING, ...Array.from({ length: variants - 1 }, () => variantOf(noise))];
  const candidates = tunings.flatMap((tuning) => candidatesOf(corpus, tuning, profile));
  const normalised = (raw: number) => {
    const all = windows.reduce((sum, count) => sum + count, 0);
    return (100 * (raw + profile.fnWeight * all)) / ((profile.tpWeight + profile.fnWeight) * all);
  };
  const means = candidates.map((scores) => normalised(scores.reduce((sum, one) => sum + one, 0)));
  return {
    bar: normalised(heldOut(candidates.slice(0, BARS.length))),
    nested: normalised(heldOut(candidates)),
    variants,
    meanOfVariants: means.reduce((sum, one) => sum + one, 0) / means.length,
  };
}

function variantOf({ uniform }: Noise): SeasonalTuning {
  const varied = VARIED.map((name) => [name, SEASONAL_TUNING[name] * Math.exp(0.6 * uniform() - 0.3)]);
  return { ...SEASONAL_TUNING, ...Object.fromEntries(varied) };
}

/** The score of each file, for each bar. */
function candidatesOf(
  { files }: NabCorpus,
  tuning: SeasonalTuning,
  profile: Parameters<typeof scoreFile>[2],
): readonly (readonly number[])[] {
  const detector = seasonalWith(tuning);
  const scores = files.map(({ points, periodSeconds }) => scoresOf(detector, points, periodSeconds));
  return BARS.map((bar) =>
    files.map((file, index) => {
      const { points, periodSeconds } = file;
      const learnedMs = (points[0]?.atMs ?? 0) + 24 * 3_600_000;
      const bars = detector.bars(detector.defaults, periodSeconds * 1_000);
      const rows = alarmRowsOf(
        scores[index] ?? [],
        { ...bars, tiers: [bar, bars.tiers[1], bars.tiers[2]] },
        (row) => (points[row]?.atMs ?? 0) < learnedMs,
      );
      return scoreFile(file, rows, profile).score;
    }),
  );
}

/** Mean over shuffles of what the candidates chosen on the other folds score on each fold. */
function heldOut(candidates: readonly (readonly number[])[]): number {
  const { uniform } = noiseOf(11);
  const fileCount = candidates[0]?.length ?? 0;
  let total = 0;
  for (let shuffle = 0; shuffle < SHUFFLES; shuffle++) {
    const order = Array.from({ length: fileCount }, (_, file) => [uniform(), file] as const)
      .toSorted(([one], [other]) => one - other)
      .map(([, file]) => file);
    for (let fold = 0; fold < FOLDS; fold++) {
      const isHeldOut = (_: number, place: number) => place % FOLDS === fold;
      const chosenOn = order.filter((file, place) => !isHeldOut(file, place));
      const sumOver = (files: readonly number[], scores: readonly number[]) =>
        files.reduce((sum, file) => sum + (scores[file] ?? 0), 0);
      const chosen = candidates.reduce((best, one) =>
        sumOver(chosenOn, one) > sumOver(chosenOn, best) ? one : best,
      );
      total += sumOver(order.filter(isHeldOut), chosen) / SHUFFLES;
    }
  }
  return total;
}
