import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Point } from '../../../functions/core/detection/detector.ts';
import { type LabelledFile, type NabProfile, probationRowsOf } from './nab-scorer.ts';

export interface NabFile extends LabelledFile {
  readonly name: string;
  readonly points: readonly Point[];
  /** The usual distance between points, which a deployed series has in its configuration. */
  readonly periodSeconds: number;
}

export interface NabCorpus {
  readonly files: readonly NabFile[];
  readonly profiles: Readonly<Record<string, NabProfile>>;
}

const windowsSchema = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));
const profilesSchema = z.record(
  z.string(),
  z.object({ tpWeight: z.number(), fnWeight: z.number(), fpWeight: z.number() }),
);

/** A directory laid out like NAB: data/, windows.json, profiles.json. `undefined` if there is none. */
export function readNab(directory: string): NabCorpus | undefined {
  if (!existsSync(join(directory, 'windows.json'))) return undefined;
  const json = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), 'utf8'));
  const windows = windowsSchema.parse(json('windows.json'));
  const files = Object.entries(windows).map(([name, spans]): NabFile => {
    const points = readPoints(readFileSync(join(directory, 'data', name), 'utf8'));
    return {
      name,
      points,
      rows: points.length,
      probationRows: probationRowsOf(points.length),
      windows: spans.map(([start, end]) => {
        const [startMs, endMs] = [timeOf(start), timeOf(end)];
        return [
          points.findIndex(({ atMs }) => atMs >= startMs),
          points.findLastIndex(({ atMs }) => atMs <= endMs),
        ] as const;
      }),
      periodSeconds: usualStepSeconds(points),
    };
  });
  return { files, profiles: profilesSchema.parse(json('profiles.json')) };
}

function readPoints(csv: string): readonly Point[] {
  const [, ...lines] = csv.split(/\r?\n/).filter((line) => line !== '');
  return lines.map((line) => {
    const [time = '', value = ''] = line.split(',');
    return { atMs: timeOf(time), value: value.trim() === '' ? Number.NaN : Number(value) };
  });
}

/** `2014-04-10 16:15:00`, in UTC. */
function timeOf(text: string): number {
  const atMs = Date.parse(`${text.trim().replace(' ', 'T')}Z`);
  if (Number.isNaN(atMs)) throw new Error(`"${text}" is not a time such as 2014-04-10 16:15:00`);
  return atMs;
}

function usualStepSeconds(points: readonly Point[]): number {
  const steps = points.slice(1, 51).map(({ atMs }, row) => (atMs - (points[row]?.atMs ?? atMs)) / 1_000);
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 300;
}
