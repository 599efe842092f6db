import type { CrossValidated } from './cross-validation.ts';
import { crossValidate } from './cross-validation.ts';
import { type Detected, detect, type SeriesSettings } from './detect-file.ts';
import type { NabCorpus } from './nab-data.ts';
import { type CorpusScore, type NabProfile, scoreCorpus, scoreFile } from './nab-scorer.ts';

export interface NabResults {
  readonly files: number;
  readonly windows: number;
  /** With the settings that a series has by default: the first day is for learning. */
  readonly profiles: Readonly<Record<string, CorpusScore>>;
  readonly withoutLearning: CorpusScore;
  /** Of 19 files in the whole of NAB. */
  readonly cloud: CorpusScore & { readonly files: number };
  /** The tier that pages. */
  readonly paging: CorpusScore;
  readonly zScore: CorpusScore;
  readonly crossValidated: CrossValidated;
  /** Scores and alarm rows of each file, if they were asked for. */
  readonly detected?: Readonly<Record<string, Detected>>;
}

const SEASONAL: SeriesSettings = { detector: 'seasonal' };
/** The cloud's metrics: CloudWatch's own, and two of the files whose cause is known. */
const CLOUD = /^realAWSCloud[Ww]atch\/|^realKnownCause\/(cpu_utilization_asg|ec2_request_latency)/;

/** One detector, one set of constants and one bar for all files, row after row. */
export function measureNab(corpus: NabCorpus, variants: number, rows: boolean): NabResults {
  const profile = corpus.profiles['standard'];
  if (!profile) throw new Error('profiles.json has no profile "standard"');
  const runs = (settings: SeriesSettings) =>
    corpus.files.map(({ points, periodSeconds }) => detect(settings, points, periodSeconds));
  const detected = runs(SEASONAL);
  const alarms = detected.map(({ alarmRows }) => alarmRows);
  const score = (rows: readonly (readonly number[])[], by: NabProfile, name = /./) =>
    scoreCorpus(
      corpus.files.flatMap((file, index) =>
        name.test(file.name) ? [scoreFile(file, rows[index] ?? [], by)] : [],
      ),
      by,
    );
  const alarmsOf = (settings: SeriesSettings) => runs(settings).map(({ alarmRows }) => alarmRows);
  return {
    files: corpus.files.length,
    windows: corpus.files.reduce((sum, { windows }) => sum + windows.length, 0),
    profiles: Object.fromEntries(
      Object.entries(corpus.profiles).map(([name, weights]) => [name, score(alarms, weights)]),
    ),
    withoutLearning: score(alarmsOf({ ...SEASONAL, learningHours: 0 }), profile),
    cloud: {
      ...score(alarms, profile, CLOUD),
      files: corpus.files.filter(({ name }) => CLOUD.test(name)).length,
    },
    paging: score(
      detected.map(({ pagingRows }) => pagingRows),
      profile,
    ),
    zScore: score(alarmsOf({ detector: 'z_score' }), profile),
    crossValidated: crossValidate(corpus, variants),
    ...(rows && {
      detected: Object.fromEntries(
        corpus.files.map(({ name }, index) => [name, detected[index] as Detected]),
      ),
    }),
  };
}
