import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Point } from '../../../functions/core/detection/detector.ts';
import { type Noise, noiseOf } from '../../factories/noise.ts';
import { detect, type SeriesSettings } from './detect-file.ts';

/** A series in which nothing is wrong. */
export interface CleanSeries {
  readonly kind: string;
  readonly points: readonly Point[];
  readonly periodSeconds: number;
}

export interface FalseAlarms {
  readonly seriesWeeks: number;
  /** Alarms a series and week, after the first day. */
  readonly alarms: number;
  readonly pages: number;
}

const WEEK_MS = 7 * 86_400_000;
const START_MS = Date.UTC(2026, 0, 5);

type Generator = (noise: Noise, dayShare: number) => () => number;

const KINDS: Readonly<Record<string, Generator>> = {
  'white noise': (noise) => () => 100 + 10 * noise.gaussian(),
  'a day’s rhythm': (noise, share) => {
    const day = dayOf(share);
    return () => 100 + 30 * day() + 5 * noise.gaussian();
  },
  'correlated noise': ({ gaussian }, share) => {
    const keep = 0.8 ** (share * 288);
    let drift = 0;
    return () => {
      drift = keep * drift + Math.sqrt(1 - keep * keep) * gaussian();
      return 100 + 8 * drift;
    };
  },
  'request counts': ({ gaussian }, share) => {
    const day = dayOf(share);
    return () => {
      const usual = 200 + 80 * day();
      return Math.max(0, Math.round(usual + Math.sqrt(usual) * gaussian()));
    };
  },
  'skewed latencies': ({ gaussian }, share) => {
    const day = dayOf(share);
    return () => 50 * Math.exp(0.4 * gaussian() + 0.3 * day());
  },
};

function dayOf(share: number): () => number {
  let row = 0;
  return () => Math.sin(2 * Math.PI * share * row++);
}

/** Four weeks of each kind of noise, several times over. */
export function generatedNoise(periodSeconds: number, seriesPerKind: number): readonly CleanSeries[] {
  const rows = (4 * WEEK_MS) / (periodSeconds * 1_000);
  return Object.entries(KINDS).flatMap(([kind, generator], kindIndex) =>
    Array.from({ length: seriesPerKind }, (_, index) => {
      const next = generator(noiseOf(100 * kindIndex + index), periodSeconds / 86_400);
      return {
        kind,
        periodSeconds,
        points: Array.from({ length: rows }, (__, row) => ({
          atMs: START_MS + row * periodSeconds * 1_000,
          value: next(),
        })),
      };
    }),
  );
}

/** PetShop's metrics while nothing was wrong; `undefined` if they are not there. */
export function readPetShop(directory: string): readonly CleanSeries[] | undefined {
  if (!existsSync(directory)) return undefined;
  return globSync('*/normal*.csv', { cwd: directory }).flatMap((path) => {
    const [head = '', ...lines] = readFileSync(join(directory, path), 'utf8').split(/\r?\n/);
    const rows = lines.filter((line) => line !== '').map((line) => line.split(','));
    return head.split(',').flatMap((kind, column) => {
      const points = rows.flatMap((row) => {
        const cell = row[column] ?? '';
        return cell === '' ? [] : [{ atMs: Number(row[0]) * 1_000, value: Number(cell) }];
      });
      return column === 0 || points.length === 0 ? [] : [{ kind, points, periodSeconds: 300 }];
    });
  });
}

export function falseAlarms(settings: SeriesSettings, series: readonly CleanSeries[]): FalseAlarms {
  let alarms = 0;
  let pages = 0;
  let judgedMs = 0;
  for (const { points, periodSeconds } of series) {
    const { alarmRows, pagingRows } = detect(settings, points, periodSeconds);
    alarms += alarmRows.length;
    pages += pagingRows.length;
    const learnedMs = (points[0]?.atMs ?? 0) + 86_400_000;
    judgedMs += points.filter(({ atMs }) => atMs >= learnedMs).length * periodSeconds * 1_000;
  }
  const seriesWeeks = judgedMs / WEEK_MS;
  return { seriesWeeks, alarms: alarms / seriesWeeks, pages: pages / seriesWeeks };
}
