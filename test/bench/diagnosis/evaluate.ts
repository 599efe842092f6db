import { EXCESS_SETTINGS, type ExcessSettings } from '../../../functions/core/diagnosis/excess.ts';
import { balanceExcess, type Incident } from '../../../functions/core/diagnosis/excess-balance.ts';
import { onsetGate } from '../../../functions/core/diagnosis/onset-gate.ts';
import { DEGRADATIONS, seededRandom } from './degrade.ts';
import { type KnownIncident, normalWindows, type Run } from './petshop.ts';
import { type Method, randomWalk, robustZ } from './simple-methods.ts';

export interface Accuracy {
  readonly incidents: number;
  readonly top1: number;
  readonly top3: number;
}

const balanceWith =
  (settings: ExcessSettings): Method =>
  (incident) =>
    balanceExcess(incident, settings).candidates.map(({ component }) => component);

export const METHODS: Readonly<Record<string, Method>> = {
  'excess balance': balanceWith(EXCESS_SETTINGS),
  'random walk': randomWalk,
  'robust z-score': robustZ,
};

export function accuracyOf(incidents: readonly KnownIncident[], method: Method): Accuracy {
  const ranks = incidents.map(({ incident, cause }) => method(incident).indexOf(cause));
  const within = (places: number) => ranks.filter((rank) => rank >= 0 && rank < places).length / ranks.length;
  return { incidents: incidents.length, top1: within(1), top3: within(3) };
}

/** From the most sensitive to the least. */
const GRID: readonly ExcessSettings[] = [0.5, 1, 2, 3].flatMap((deviations) =>
  [0.02, 0.05, 0.1, 0.2].flatMap((latencyFloor) =>
    [0.1, 0.3, 1].map((failureFloor) => ({ deviations, latencyFloor, failureFloor })),
  ),
);

/**
 * Accuracy on incidents that had no part in choosing the settings: each group is diagnosed with those that do best on all
 * the others. Of settings that do equally well, the most sensitive.
 */
export function crossValidated(
  incidents: readonly KnownIncident[],
  groupOf: (incident: KnownIncident) => string,
): Accuracy {
  const right = GRID.map((settings) => incidents.map((one) => isRight(one, settings)));
  const groups = [...new Set(incidents.map(groupOf))];
  const parts = groups.map((group) => {
    const scores = right.map(
      (row) => incidents.filter((one, index) => row[index] === true && groupOf(one) !== group).length,
    );
    const best = GRID[scores.indexOf(Math.max(...scores))] ?? EXCESS_SETTINGS;
    return accuracyOf(
      incidents.filter((one) => groupOf(one) === group),
      balanceWith(best),
    );
  });
  const mean = (figure: 'top1' | 'top3') =>
    parts.reduce((sum, part) => sum + part[figure] * part.incidents, 0) / incidents.length;
  return { incidents: incidents.length, top1: mean('top1'), top3: mean('top3') };
}

function isRight({ incident, cause }: KnownIncident, settings: ExcessSettings): boolean {
  return balanceExcess(incident, settings).candidates[0]?.component === cause;
}

/** Confidence from which the component is named at all: below, the cause is unknown. */
export const NAMED_FROM = 0.7;

export interface Specificity {
  readonly windows: number;
  /** The share of normal windows for which no component is blamed. */
  readonly specificity: number;
}

export function specificityOf(
  run: Run,
  at: Pick<Incident, 'target' | 'symptom'>,
  lengths: { readonly before: number; readonly during: number },
): Specificity {
  const windows = normalWindows(run, at, lengths);
  const blamed = windows.filter(
    ({ atTarget, incident }) =>
      onsetGate(atTarget)?.isUnusual === true &&
      (balanceExcess(incident()).candidates[0]?.confidence ?? 0) >= NAMED_FROM,
  );
  return { windows: windows.length, specificity: 1 - blamed.length / Math.max(1, windows.length) };
}

const REPETITIONS = 5;

/** How well diagnosis does when monitoring is incomplete or wrong. */
export function degraded(
  incidents: readonly KnownIncident[],
): readonly { readonly name: string; readonly incidents: readonly KnownIncident[] }[] {
  return Object.entries(DEGRADATIONS).map(([name, degrade], kind) => {
    const random = seededRandom(kind + 1);
    const spoilt = Array.from({ length: REPETITIONS }, () =>
      incidents.map((one) => ({ ...one, incident: degrade(one, random) })),
    );
    return { name, incidents: spoilt.flat() };
  });
}

export interface CalibrationBin {
  readonly from: number;
  readonly count: number;
  readonly meanConfidence: number;
  readonly right: number;
}

const BINS = [0, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Of the first candidates by confidence: how many are right. */
export function calibrationOf(incidents: readonly KnownIncident[]): readonly CalibrationBin[] {
  const answers = incidents.flatMap(({ incident, cause }) => {
    const [first] = balanceExcess(incident).candidates;
    return first ? { confidence: first.confidence, right: first.component === cause } : [];
  });
  return BINS.map((from, index) => {
    const to = BINS[index + 1] ?? 1;
    const within = answers.filter(({ confidence }) => confidence >= from && confidence < to);
    const count = within.length;
    return {
      from,
      count,
      meanConfidence: within.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, count),
      right: within.filter(({ right }) => right).length / Math.max(1, count),
    };
  });
}
