import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type DependencyGraph, dependencyGraph } from '../../../functions/core/diagnosis/dependency-graph.ts';
import {
  type Baseline,
  type ComponentSeries,
  type Sample,
  type Symptom,
  usualOf,
} from '../../../functions/core/diagnosis/excess.ts';
import type { Incident } from '../../../functions/core/diagnosis/excess-balance.ts';
import type { TargetHistory } from '../../../functions/core/diagnosis/onset-gate.ts';

/** Periods of the data set's metrics. */
const PERIOD_SECONDS = 300;

const graphSchema = z.object({
  nodes: z.array(z.string()),
  edges: z.array(z.tuple([z.string(), z.string()])),
});
const incidentSchema = z.object({
  id: z.string(),
  target: z.object({ node: z.string(), metric: z.enum(['latency', 'availability']), timestamp: z.number() }),
});
const truthSchema = z.record(z.string(), z.object({ root_cause: z.string() }));

/** One period: figures by `node|metric|statistic`. */
interface Row {
  readonly startS: number;
  readonly figures: ReadonlyMap<string, number>;
}

/** Consecutive samples of every component. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

export interface RecordedIncident {
  readonly id: string;
  /** The run of the application that it comes from. */
  readonly run: string;
  readonly incident: Incident;
  readonly atTarget: TargetHistory;
  /** Absent in data that hides it. */
  readonly cause?: string;
}

/** An incident whose cause the data names. */
export type KnownIncident = RecordedIncident & { readonly cause: string };

export interface Run {
  readonly name: string;
  readonly graph: DependencyGraph;
  readonly normal: Readonly<Record<Symptom, Samples>>;
  readonly incidents: readonly RecordedIncident[];
}

/** Every run beneath a directory that is laid out like PetShop's; no run if there is none. */
export async function readPetShop(directory: string): Promise<readonly Run[]> {
  const names = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const truth = await readFile(join(directory, 'truth.json'), 'utf8').then(
    (text) => truthSchema.parse(JSON.parse(text)),
    () => ({}) as z.output<typeof truthSchema>,
  );
  const runs = names.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const read = await Promise.all(runs.toSorted().map((name) => readRun(directory, name, truth)));
  return read.flatMap((run) => run ?? []);
}

async function readRun(
  directory: string,
  name: string,
  truth: z.output<typeof truthSchema>,
): Promise<Run | undefined> {
  const files = await readdir(join(directory, name));
  const normalFile = files.find((file) => /^normal.*\.csv$/.test(file));
  if (!files.includes('graph.json') || normalFile === undefined) return undefined;
  const { nodes, edges } = graphSchema.parse(
    JSON.parse(await readFile(join(directory, name, 'graph.json'), 'utf8')),
  );
  const graph = dependencyGraph(edges.map(([caller, callee]) => ({ caller, callee })));
  const components = [...new Set([...nodes, ...edges.flat()])];
  const normalRows = rowsOf(await readFile(join(directory, name, normalFile), 'utf8'));
  const normal = {
    latency: samplesOf(components, 'latency', normalRows),
    failures: samplesOf(components, 'failures', normalRows),
  };
  const usual = { latency: usualOfAll(normal.latency), failures: usualOfAll(normal.failures) };
  const ids = (await readdir(join(directory, name, 'incidents')))
    .filter((file) => file.endsWith('.json'))
    .toSorted();
  const incidents = await Promise.all(
    ids.map(async (file): Promise<RecordedIncident> => {
      const path = join(directory, name, 'incidents', file);
      const { id, target } = incidentSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      const rows = rowsOf(await readFile(path.replace(/json$/, 'csv'), 'utf8'));
      const isBefore = ({ startS }: Row) => startS + PERIOD_SECONDS <= target.timestamp;
      const symptom = target.metric === 'latency' ? 'latency' : 'failures';
      const before = samplesOf(components, symptom, rows.filter(isBefore));
      const during = samplesOf(
        components,
        symptom,
        rows.filter((row) => !isBefore(row)),
      );
      const cause = truth[id]?.root_cause;
      return {
        id,
        run: name,
        incident: { target: target.node, symptom, graph, series: seriesOf(usual[symptom], before, during) },
        atTarget: {
          history: normal[symptom].get(target.node) ?? [],
          before: before.get(target.node) ?? [],
          during: during.get(target.node) ?? [],
        },
        ...(cause !== undefined && { cause }),
      };
    }),
  );
  return { name, graph, normal, incidents };
}

type Usual = ReadonlyMap<string, Baseline | undefined>;

function usualOfAll(samples: Samples): Usual {
  return new Map([...samples].map(([name, history]) => [name, usualOf(history)]));
}

function seriesOf(usual: Usual, before: Samples, during: Samples): ReadonlyMap<string, ComponentSeries> {
  return new Map(
    [...usual].map(([name, baseline]) => [
      name,
      {
        ...(baseline && { usual: baseline }),
        before: before.get(name) ?? [],
        during: during.get(name) ?? [],
      },
    ]),
  );
}

/** Every window of normal operation; it is cut out of the history, so that none is compared with itself. */
export function normalWindows(
  { graph, normal }: Run,
  { target, symptom }: Pick<Incident, 'target' | 'symptom'>,
  lengths: { readonly before: number; readonly during: number },
): readonly { readonly atTarget: TargetHistory; readonly incident: () => Incident }[] {
  const length = lengths.before + lengths.during;
  const windows = Math.max(0, (normal[symptom].get(target)?.length ?? 0) - length + 1);
  return Array.from({ length: windows }, (_, start) => {
    const cut = (samples: readonly Sample[]): TargetHistory => ({
      history: samples.toSpliced(start, length),
      before: samples.slice(start, start + lengths.before),
      during: samples.slice(start + lengths.before, start + length),
    });
    // Only a window that passes the gate is diagnosed.
    const incident = () => {
      const parts = new Map([...normal[symptom]].map(([name, samples]) => [name, cut(samples)]));
      const series = seriesOf(
        usualOfAll(new Map([...parts].map(([name, { history }]) => [name, history]))),
        new Map([...parts].map(([name, { before }]) => [name, before])),
        new Map([...parts].map(([name, { during }]) => [name, during as readonly Sample[]])),
      );
      return { target, symptom, graph, series };
    };
    return { atTarget: cut(normal[symptom].get(target) ?? []), incident };
  });
}

function samplesOf(components: readonly string[], symptom: Symptom, rows: readonly Row[]): Samples {
  return new Map(components.map((name) => [name, rows.map((row) => sampleOf(row, name, symptom))]));
}

function sampleOf({ figures }: Row, name: string, symptom: Symptom): Sample {
  const latency = figures.get(`${name}|latency|Average`);
  const availability = figures.get(`${name}|availability|Average`);
  const failures = availability === undefined ? undefined : 1 - availability / 100;
  const value = symptom === 'latency' ? latency : failures;
  return { requests: figures.get(`${name}|requests|Sum`) ?? 0, ...(value !== undefined && { value }) };
}

/** The files have line ends of Windows, and no quoted fields. */
function rowsOf(csv: string): readonly Row[] {
  const [header = '', ...lines] = csv.split(/\r?\n/).filter((line) => line !== '');
  const columns = header.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    const figures = new Map(
      columns.flatMap((column, index) => {
        const field = fields[index]?.trim() ?? '';
        return field === '' ? [] : [[column, Number(field)] as const];
      }),
    );
    return { startS: figures.get('unix_timestamp') ?? Number.NaN, figures };
  });
}
