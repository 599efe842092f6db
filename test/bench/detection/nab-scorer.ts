/** Weights of one of NAB's application profiles. */
export interface NabProfile {
  readonly tpWeight: number;
  readonly fnWeight: number;
  readonly fpWeight: number;
}

/** First and last row of a labelled window, both in it. */
export type RowWindow = readonly [first: number, last: number];

export interface LabelledFile {
  readonly rows: number;
  /** Alarms in the first rows count neither way. */
  readonly probationRows: number;
  readonly windows: readonly RowWindow[];
}

export interface FileScore {
  readonly score: number;
  readonly windowsHit: number;
  readonly windowsMissed: number;
  /** Alarm rows outside every window. */
  readonly falseRows: number;
}

/** NAB's probation: 15 % of the rows, 750 at most. */
export function probationRowsOf(rows: number): number {
  return Math.floor(0.15 * Math.min(rows, 5_000));
}

/** 1 well before, 0 at, and −1 well after the end of a window; positions count in widths of the window. */
function sigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

const BEST = sigmoid(-1);

/**
 * Scores alarm rows as the Numenta Anomaly Benchmark does (Lavin and Ahmad, 2015): the first alarm in a window counts by
 * how early it is, each one outside by how far it is behind the last window, and each window without alarm as missed.
 */
export function scoreFile(file: LabelledFile, alarmRows: readonly number[], profile: NabProfile): FileScore {
  const { probationRows, windows } = file;
  const first = new Map<RowWindow, number>();
  let score = 0;
  let falseRows = 0;
  for (const row of alarmRows.filter((one) => one >= probationRows).toSorted((a, b) => a - b)) {
    const window = windows.find(([start, end]) => row >= start && row <= end);
    if (window) {
      if (!first.has(window)) first.set(window, row);
      continue;
    }
    falseRows += 1;
    const last = windows.findLast(([, end]) => end < row);
    score += profile.fpWeight * (last ? sigmoid((row - last[1]) / (last[1] - last[0])) : -1);
  }
  for (const [[start, end], row] of first) {
    score += (profile.tpWeight * sigmoid(-(end - row + 1) / (end - start + 1))) / BEST;
  }
  const windowsMissed = windows.length - first.size;
  score -= profile.fnWeight * windowsMissed;
  return { score, windowsHit: first.size, windowsMissed, falseRows };
}

export interface CorpusScore extends FileScore {
  /** 0 for a detector that never alarms, 100 for a perfect one. */
  readonly normalised: number;
}

export function scoreCorpus(scores: readonly FileScore[], profile: NabProfile): CorpusScore {
  const sum = (figure: keyof FileScore) => scores.reduce((total, one) => total + one[figure], 0);
  const windows = sum('windowsHit') + sum('windowsMissed');
  const silent = -profile.fnWeight * windows;
  const score = sum('score');
  return {
    score,
    windowsHit: sum('windowsHit'),
    windowsMissed: sum('windowsMissed'),
    falseRows: sum('falseRows'),
    normalised: (100 * (score - silent)) / (profile.tpWeight * windows - silent),
  };
}
