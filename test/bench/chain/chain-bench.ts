import { atLeast, atMost, type Target } from '../target.ts';
import { section, textTable } from '../text-table.ts';
import { startChain } from './chain.ts';
import {
  ALL_WATCHED,
  harmOf,
  isCauseShown,
  isRightCause,
  isRightComponent,
  judgeAll,
  sureOf,
  withoutAThird,
} from './evaluate-cases.ts';
import { FAULTS, type Fault, PAIRS } from './faults.ts';
import type { Judged, Repair } from './judge-case.ts';
import { SERVICES } from './landscape.ts';
import { measured, type RecordedCase, recordCase } from './recorded-case.ts';

/** How many people use the shop. */
const LOADS = { low: 35, normal: 60, high: 85 } as const;
const PERIOD_MS = 200;
/** The onset gate wants a hundred windows; triage reads three hours. */
const HISTORY_PERIODS = 190;
const WARM_UP_PERIODS = 15;
/** Other thirds of the monitoring are missing in each. */
const REPETITIONS = 5;

interface Figures {
  readonly name: string;
  readonly faults: number;
  readonly rightComponent: number;
  readonly rightCause: number;
  /** In which share there was any monitoring that tells the cause. */
  readonly causeShown: number;
  /** What was said with a confidence of 0.8 or more. */
  readonly sure: number;
  readonly sureAndRight: number;
  /** Repairs of components that were healthy, or that made it worse. */
  readonly harmful: number;
}

export interface ChainResults {
  readonly figures: readonly Figures[];
  /** With all evidence. */
  readonly answers: readonly (Pick<Judged, 'answers' | 'repairs'> &
    Pick<RecordedCase, 'name' | 'load' | 'faults' | 'changes'>)[];
  readonly cases: readonly RecordedCase[];
}

/** Real processes, real faults, and the code that decides in production. */
export async function measureChain(quick: boolean, progress: (line: string) => void): Promise<ChainResults> {
  const loads = Object.entries(LOADS).filter(([load]) => !quick || load === 'normal');
  const cases: RecordedCase[] = [];
  for (const [load, people] of loads) cases.push(...(await recordLoad(load, people, progress)));
  const complete = await judgeAll(cases, () => ALL_WATCHED);
  const incomplete: Judged[] = [];
  const shown: boolean[] = [];
  const isPair = ({ recorded: { faults } }: Judged) => faults.length > 1;
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const watchedIn = (index: number) => withoutAThird(1_000 * repetition + index + 1);
    incomplete.push(...(await judgeAll(cases, watchedIn)));
    for (const [index, recorded] of cases.entries())
      if (recorded.faults.length === 1) shown.push(isCauseShown(recorded, watchedIn(index)));
  }
  return {
    figures: [
      figuresOf(
        'all evidence',
        complete.filter((one) => !isPair(one)),
        1,
      ),
      figuresOf(
        'a third missing',
        incomplete.filter((one) => !isPair(one)),
        shown.filter(Boolean).length / shown.length,
      ),
      figuresOf('two faults, all evidence', complete.filter(isPair), 1),
    ],
    answers: complete.map(({ recorded: { name, load, faults, changes }, answers, repairs }) => ({
      ...{ name, load, faults, changes, answers, repairs },
    })),
    cases,
  };
}

async function recordLoad(
  load: string,
  people: number,
  progress: (line: string) => void,
): Promise<readonly RecordedCase[]> {
  progress(`chain: normal operation, ${load} load`);
  const chain = await startChain(PERIOD_MS, people);
  try {
    await chain.wait(WARM_UP_PERIODS);
    const from = chain.period();
    await chain.wait(HISTORY_PERIODS);
    const history = measured(chain, from, chain.period() - 1);
    const cases: RecordedCase[] = [];
    for (const [index, faults] of [...FAULTS.map((fault) => [fault]), [], ...PAIRS].entries()) {
      progress(`chain: ${faults.map(({ name }) => name).join(' and ') || 'nothing is wrong'}, ${load} load`);
      const decoy = decoyFor(faults, index + people);
      cases.push(await recordCase(chain, faults, { load, people, history, decoy }));
    }
    return cases;
  } finally {
    await chain.stop();
  }
}

/** A component that is not at fault, another one each time. */
function decoyFor(faults: readonly Fault[], turn: number) {
  const innocent = SERVICES.filter((service) => !faults.some(({ at }) => at.includes(service)));
  return innocent[(5 * turn) % innocent.length] ?? 'gateway';
}

function figuresOf(name: string, judged: readonly Judged[], causeShown: number): Figures {
  const faults = judged.filter(({ recorded }) => recorded.faults.length > 0);
  const { claims, right } = sureOf(judged);
  return {
    name,
    faults: faults.length,
    rightComponent: faults.filter(isRightComponent).length / faults.length,
    rightCause: faults.filter(isRightCause).length / faults.length,
    causeShown,
    sure: claims,
    sureAndRight: right / Math.max(1, claims),
    harmful: judged.flatMap(harmOf).length,
  };
}

const listed = (words: readonly string[]) => words.join(', ') || '-';
const repairText = ({ strategyId, component }: Repair) => `${strategyId} ${component}`;
const share = (value: number) => value.toFixed(3);

export function chainReport({ figures, answers }: ChainResults): string {
  return section(
    'Diagnosis of a chain of real processes',
    textTable([
      [
        '',
        'faults',
        'component',
        'cause',
        'cause shown',
        'sure (≥ 0.8)',
        'sure and right',
        'harmful repairs',
      ],
      ...figures.map(
        ({ name, faults, rightComponent, rightCause, causeShown, sure, sureAndRight, harmful }) => [
          ...[name, String(faults), share(rightComponent), share(rightCause), share(causeShown)],
          ...[String(sure), share(sureAndRight), String(harmful)],
        ],
      ),
    ]),
    '',
    textTable([
      ['fault', 'load', 'at', 'said', 'confidence', 'cause', 'repairs'],
      ...answers.map(({ name, load, faults, answers: said, repairs }) => [
        ...[name, load, faults.map(({ at }) => at.join(' or ')).join(' and ')],
        ...[said.map(({ component }) => component), said.map(({ confidence }) => confidence.toFixed(2))].map(
          listed,
        ),
        ...[said.map(({ code }) => code ?? '-'), repairs.map(repairText)].map(listed),
      ]),
    ]),
  );
}

export function chainTargets({ figures: [all, third] }: ChainResults): readonly Target[] {
  if (!all || !third) return [];
  return [
    atLeast('chain, right component', all.rightComponent, 0.95),
    atLeast('chain, right cause', all.rightCause, 0.9),
    atLeast('chain, right component, a third missing', third.rightComponent, 0.85),
    atLeast('chain, right cause, a third missing', third.rightCause, 0.75),
    atLeast('chain, right with confidence from 0.8', all.sureAndRight, 0.85),
    atLeast('chain, right with confidence from 0.8, a third missing', third.sureAndRight, 0.85),
    atMost('chain, harmful repairs', all.harmful, 0),
    atMost('chain, harmful repairs, a third missing', third.harmful, 0),
  ];
}
