import { join } from 'node:path';
import { dependencyGraph } from '../../../functions/core/diagnosis/dependency-graph.ts';
import type { ComponentSeries, Sample } from '../../../functions/core/diagnosis/excess.ts';
import { balanceExcess, type Candidate } from '../../../functions/core/diagnosis/excess-balance.ts';
import { onsetGate } from '../../../functions/core/diagnosis/onset-gate.ts';
import { atLeast, atMost, type Target } from '../target.ts';
import { section, textTable } from '../text-table.ts';
import { seededRandom } from './degrade.ts';
import {
  type Accuracy,
  accuracyOf,
  type CalibrationBin,
  calibrationOf,
  crossValidated,
  degraded,
  METHODS,
  NAMED_FROM,
  specificityOf,
} from './evaluate.ts';
import { type KnownIncident, type RecordedIncident, type Run, readPetShop } from './petshop.ts';

/** Where PetShop (github.com/amazon-science/petshop-root-cause-analysis) is looked for: beside this directory. */
const PETSHOP = join(import.meta.dirname, '../../../../shared/bench/dev/petshop');

/** What one incident results in. */
interface Answer {
  readonly id: string;
  readonly run: string;
  readonly target: string;
  readonly symptom: string;
  /** Whether anything is unusual at the target. */
  readonly onset?: { readonly probability: number; readonly isUnusual: boolean };
  readonly ranked: readonly Candidate[];
  readonly cause?: string;
}

type Named<Figures> = Figures & { readonly name: string };

export interface DiagnosisResults {
  readonly data: string;
  readonly answers: readonly Answer[];
  readonly methods: readonly Named<Accuracy>[];
  readonly degraded: readonly Named<Accuracy>[];
  readonly calibration: readonly CalibrationBin[];
  readonly specificity: readonly {
    readonly run: string;
    readonly symptom: string;
    readonly windows: number;
    readonly specificity: number;
  }[];
  readonly speed: { readonly components: number; readonly fastestMs: number };
}

/** `undefined` if there is no data. */
export async function measureDiagnosis(
  directory: string | undefined,
  progress: (line: string) => void,
): Promise<DiagnosisResults | undefined> {
  const data = directory ?? PETSHOP;
  const runs = await readPetShop(data);
  const incidents = runs.flatMap((run) => run.incidents);
  if (incidents.length === 0) {
    progress(`diagnosis: skipped, there are no incidents in ${data}; give a directory by --data`);
    return undefined;
  }
  progress(`diagnosis: ${incidents.length} incidents in ${data}`);
  const known = incidents.filter((one): one is KnownIncident => one.cause !== undefined);
  const spoilt = degraded(known);
  const methods = known.length === 0 ? [] : methodsOf(known);
  progress('diagnosis: normal operation');
  return {
    data,
    answers: incidents.map(answerOf),
    methods,
    degraded: spoilt.map((one) => ({
      name: one.name,
      ...accuracyOf(one.incidents, METHODS['excess balance'] ?? (() => [])),
    })),
    calibration: calibrationOf([...known, ...spoilt.flatMap((one) => one.incidents)]),
    specificity: runs.flatMap(specificityIn),
    speed: speedOf(500),
  };
}

function methodsOf(known: readonly KnownIncident[]): readonly Named<Accuracy>[] {
  return [
    ...Object.entries(METHODS).map(([name, method]) => ({ name, ...accuracyOf(known, method) })),
    { name: 'excess balance, on services not seen', ...crossValidated(known, ({ cause }) => cause) },
    { name: 'excess balance, on runs not seen', ...crossValidated(known, ({ run }) => run) },
  ];
}

function answerOf({ id, run, incident, atTarget, cause }: RecordedIncident): Answer {
  const onset = onsetGate(atTarget);
  return {
    id,
    run,
    target: incident.target,
    symptom: incident.symptom,
    ...(onset && { onset }),
    ranked: balanceExcess(incident).candidates,
    ...(cause !== undefined && { cause }),
  };
}

function specificityIn(run: Run): DiagnosisResults['specificity'] {
  const [first] = run.incidents;
  if (!first) return [];
  const lengths = { before: first.atTarget.before.length, during: first.atTarget.during.length };
  return (['latency', 'failures'] as const).map((symptom) => ({
    run: run.name,
    symptom,
    ...specificityOf(run, { target: first.incident.target, symptom }, lengths),
  }));
}

const SPEED_RUNS = 200;

/** The fastest of many, on a graph with circles: other processes only make it slower. */
function speedOf(components: number): DiagnosisResults['speed'] {
  const random = seededRandom(500);
  const name = (number: number) => `component-${number}`;
  const graph = dependencyGraph(
    Array.from({ length: 3 * components }, (_, index) => ({
      caller: name(Math.floor(random() * (index % components))),
      callee: name(index % 25 === 0 ? Math.floor(random() * components) : index % components),
    })),
  );
  const samples = (count: number, value: number): readonly Sample[] =>
    Array.from({ length: count }, () => ({ requests: 100, value: value * (1 + random() / 10) }));
  const series = new Map(
    Array.from({ length: components }, (_, number): [string, ComponentSeries] => [
      name(number),
      {
        usual: { level: 0.1, deviation: 0.003 },
        before: samples(5, 0.1),
        during: samples(10, number % 50 === 0 ? 0.3 : 0.1),
      },
    ]),
  );
  const incident = { target: name(0), symptom: 'latency', graph, series } as const;
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < SPEED_RUNS; run += 1) {
    const startMs = performance.now();
    balanceExcess(incident);
    fastestMs = Math.min(fastestMs, performance.now() - startMs);
  }
  return { components, fastestMs };
}

const share = (value: number) => value.toFixed(3);

export function diagnosisReport({
  data,
  methods,
  degraded,
  calibration,
  specificity,
}: DiagnosisResults): string {
  const accuracyRow = ({ name, incidents, top1, top3 }: Named<Accuracy>) => [
    name,
    String(incidents),
    share(top1),
    share(top3),
  ];
  const head = ['', 'incidents', 'top 1', 'top 3'];
  return section(
    `Diagnosis: which component is at fault, ${data}`,
    ...(methods.length > 0 ? [textTable([head, ...methods.map(accuracyRow)]), ''] : []),
    ...(degraded.length > 0
      ? [textTable([['with incomplete monitoring', ...head.slice(1)], ...degraded.map(accuracyRow)]), '']
      : []),
    textTable([
      ['confidence from', 'answers', 'mean confidence', 'right'],
      ...calibration.map(({ from, count, meanConfidence, right }) => [
        from.toFixed(1),
        String(count),
        count > 0 ? share(meanConfidence) : '-',
        count > 0 ? share(right) : '-',
      ]),
    ]),
    '',
    textTable([
      ['normal operation', 'symptom', 'windows', 'nothing blamed'],
      ...specificity.map((row) => [row.run, row.symptom, String(row.windows), share(row.specificity)]),
    ]),
  );
}

export function diagnosisTargets({
  methods,
  calibration,
  specificity,
  speed,
}: DiagnosisResults): readonly Target[] {
  const [all, , , byService, byRun] = methods;
  const sure = calibration.filter(({ from }) => from >= 0.8);
  const count = sure.reduce((sum, bin) => sum + bin.count, 0);
  return [
    ...(all ? [atLeast('diagnosis, top 1', all.top1, 0.97), atLeast('diagnosis, top 3', all.top3, 1)] : []),
    ...(byService ? [atLeast('diagnosis, top 1, services not seen', byService.top1, 0.95)] : []),
    ...(byRun ? [atLeast('diagnosis, top 1, runs not seen', byRun.top1, 0.95)] : []),
    ...(count > 0
      ? [
          atLeast(
            'diagnosis, right with confidence from 0.8',
            sure.reduce((sum, bin) => sum + bin.right * bin.count, 0) / count,
            0.85,
          ),
        ]
      : []),
    ...specificity.map((row) =>
      atLeast(
        `diagnosis, nothing blamed from ${NAMED_FROM}: ${row.run}, ${row.symptom}`,
        row.specificity,
        0.95,
      ),
    ),
    atMost(`diagnosis of ${speed.components} components`, speed.fastestMs, 5, ' ms'),
  ];
}
