import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureDiagnosis } from '../../bench/diagnosis/diagnosis-bench.ts';
import { normalWindows, readPetShop } from '../../bench/diagnosis/petshop.ts';

const HEADER = ['shop', 'orders'].flatMap((node) =>
  ['latency|Average', 'requests|Sum', 'availability|Average'].map((figure) => `${node}|${figure}`),
);
const csv = (rows: readonly (readonly (number | '')[])[]) =>
  [`unix_timestamp,${HEADER.join(',')}`, ...rows.map((row) => row.join(','))].join('\r\n');

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'petshop-'));
  const run = join(directory, 'calm');
  await mkdir(join(run, 'incidents'), { recursive: true });
  await writeFile(join(run, 'graph.json'), JSON.stringify({ nodes: ['shop'], edges: [['shop', 'orders']] }));
  const normal = Array.from({ length: 20 }, (_, row) => [row * 300, 0.2, 50, 100, 0.1, 100, 99]);
  await writeFile(join(run, 'normal.csv'), csv(normal));
  const slow = [9_000, 9_300, 9_600].map((atS) => [atS, 0.6, 50, 100, 0.3, 100, ''] as const);
  await writeFile(join(run, 'incidents/one.csv'), csv([[8_700, 0.2, 50, 100, 0.1, 100, 99], ...slow]));
  const target = { node: 'shop', metric: 'latency', timestamp: 9_100 };
  await writeFile(join(run, 'incidents/one.json'), JSON.stringify({ id: 'one', target }));
  await writeFile(join(directory, 'truth.json'), JSON.stringify({ one: { root_cause: 'orders' } }));
});

afterAll(() => rm(directory, { recursive: true }));

describe('a data set laid out like PetShop', () => {
  it('yields the periods before and since the onset', async () => {
    const [run] = await readPetShop(directory);
    const [one] = run?.incidents ?? [];
    expect(one).toMatchObject({ id: 'one', run: 'calm', cause: 'orders' });
    expect(one?.atTarget.before).toEqual([{ requests: 50, value: 0.2 }]);
    expect(one?.atTarget.during).toHaveLength(3);
    expect(one?.incident.series.get('orders')?.usual?.level).toBe(0.1);
  });

  it('gives failures as the fraction of requests that were not available', async () => {
    const [run] = await readPetShop(directory);
    expect(run?.normal.failures.get('orders')?.[0]).toEqual({ requests: 100, value: expect.closeTo(0.01) });
  });

  it('has no normal window in the history that it is compared with', async () => {
    const [run] = await readPetShop(directory);
    if (!run) throw new Error('no run');
    const windows = normalWindows(run, { target: 'shop', symptom: 'latency' }, { before: 1, during: 4 });
    expect(windows).toHaveLength(16);
    expect(windows.map(({ atTarget }) => atTarget.history.length)).toEqual(Array(16).fill(15));
  });

  it('yields a diagnosis of each incident', async () => {
    const results = await measureDiagnosis(directory, () => {});
    expect(results?.answers[0]).toMatchObject({ id: 'one', cause: 'orders', target: 'shop' });
    expect(results?.answers[0]?.ranked[0]?.component).toBe('orders');
    expect(results?.methods[0]).toMatchObject({ name: 'excess balance', incidents: 1, top1: 1, top3: 1 });
  });

  it('causes one line of output where it does not exist', async () => {
    const lines: string[] = [];
    expect(await measureDiagnosis(join(directory, 'nothing'), (line) => lines.push(line))).toBeUndefined();
    expect(lines).toEqual([expect.stringContaining('skipped')]);
  });
});
