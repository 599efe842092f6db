import { section, textTable } from '../text-table.ts';
import type { FalseAlarms } from './clean-series.ts';
import type { DetectionResults } from './detection-bench.ts';
import type { Noticed } from './generated-faults.ts';
import type { NabResults } from './nab-part.ts';
import type { CorpusScore } from './nab-scorer.ts';

export function detectionReport({ nab, petShop, noise, faults, throughput }: DetectionResults): string {
  const rates: [string, FalseAlarms][] = Object.entries(noise).map(([name, one]) => [`noise, ${name}`, one]);
  return [
    ...(nab ? [nabSection(nab)] : []),
    section(
      'Detection: false alarms of seasonal a series and week, after the first day',
      textTable([
        ['series', 'series-weeks', 'alarms', 'pages'],
        ...[...rates, ...(petShop ? [['PetShop, fault-free', petShop] as const] : [])].map(
          ([name, { seriesWeeks, alarms, pages }]) => [
            name,
            seriesWeeks.toFixed(0),
            alarms.toFixed(2),
            pages.toFixed(2),
          ],
        ),
      ]),
    ),
    faultSection(faults, 300),
    faultSection(faults, 60),
    section(
      'Detection: speed on one core, and memory of a series',
      textTable([
        ['detector', 'points/s', 'bytes'],
        ...throughput.map(({ name, pointsPerSecond, stateBytes }) => [
          name,
          pointsPerSecond.toFixed(0),
          stateBytes?.toString() ?? '',
        ]),
      ]),
    ),
  ].join('\n');
}

/** Who noticed what, and after how many minutes. */
function faultSection(faults: readonly Noticed[], periodSeconds: number): string {
  const some = faults.filter((one) => one.periodSeconds === periodSeconds);
  const detectors = [...new Set(some.map(({ detector }) => detector))];
  const rowOf = (fault: string) =>
    detectors.map((detector) => {
      const one = some.find((each) => each.fault === fault && each.detector === detector);
      if (!one || one.medianMinutes === undefined) return '–';
      return `${one.noticed}/${one.runs} ${one.medianMinutes.toFixed(0)} min`;
    });
  const rates = detectors.map((detector) => {
    const of = some.filter((one) => one.detector === detector);
    return (of.reduce((sum, one) => sum + one.falseAlarmsAWeek, 0) / of.length).toFixed(2);
  });
  return section(
    `Detection: generated faults in rows of ${periodSeconds} s, noticed within 36 hours`,
    textTable([
      ['fault', ...detectors],
      ...[...new Set(some.map(({ fault }) => fault))].map((fault) => [fault, ...rowOf(fault)]),
      ['false alarms a week before it', ...rates],
    ]),
  );
}

function nabSection(nab: NabResults): string {
  const { files, windows, profiles, crossValidated } = nab;
  const row = (name: string, { normalised, windowsHit, windowsMissed, falseRows }: CorpusScore) => [
    name,
    normalised.toFixed(1),
    `${windowsHit} of ${windowsHit + windowsMissed}`,
    String(falseRows),
  ];
  const { bar, nested, variants, meanOfVariants } = crossValidated;
  return section(
    `Detection: NAB, ${files} files with ${windows} windows; one tuning, one bar, no look-ahead`,
    textTable([
      ['seasonal', 'score', 'windows hit', 'false rows'],
      ...Object.entries(profiles).map(([name, score]) => row(name, score)),
      row('standard, first day not muted', nab.withoutLearning),
      row(`standard, the ${nab.cloud.files} cloud files`, nab.cloud),
      row('standard, pages only', nab.paging),
      row('z_score, standard', nab.zScore),
    ]),
    `\ncross-validated: ${bar.toFixed(1)} with the bar chosen on other files, ${nested.toFixed(1)} with bar and tuning chosen among`,
    `${variants} variants on other files; the mean of all variants and bars is ${meanOfVariants.toFixed(1)}`,
  );
}
