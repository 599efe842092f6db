import { parseArgs } from 'node:util';
import type { Defect } from './defects/defect.ts';
import { DEFECTS } from './defects/defects.ts';

export const USAGE = `npm run sim -- [--runs 2000] [--from 1] [--json]   many runs, one per seed
npm run sim -- --seed N [--all]                   one run with its timeline; a failing run is shrunk
npm run sim -- --seed N --fault ID [--fault ID]   the same run with these faults only; --calm: with none
npm run sim -- --defect NAME                      run after run, until a mistake seeded in the engine is caught

--all prints the whole timeline of a failing run, not only what concerns the component.
Defects: ${DEFECTS.map(({ name }) => `"${name}"`).join(', ')}`;

/** The command line is invalid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Task =
  | { readonly task: 'help' }
  | { readonly task: 'many'; readonly count: number; readonly fromSeed: number; readonly json: boolean }
  | {
      readonly task: 'one';
      readonly seed: number;
      /** Only these faults, by id. @default all that the seed draws */
      readonly only?: ReadonlySet<string>;
      readonly defect?: Defect;
      readonly all: boolean;
    }
  | { readonly task: 'find'; readonly defect: Defect; readonly all: boolean };

/** @throws UsageError */
export function readTask(argv: readonly string[]): Task {
  const values = parsed(argv);
  if (values.help) return { task: 'help' };
  const { seed, fault, calm, all } = values;
  const defect = values.defect === undefined ? undefined : defectOf(values.defect);
  if (seed === undefined && defect) {
    refuse(values, ['runs', 'from', 'json', 'fault', 'calm'], '--defect without --seed');
    return { task: 'find', defect, all };
  }
  if (seed === undefined) {
    refuse(values, ['fault', 'calm', 'all'], 'many runs; give --seed too');
    const count = wholeNumber('runs', values.runs ?? '2000');
    return { task: 'many', count, fromSeed: wholeNumber('from', values.from ?? '1'), json: values.json };
  }
  refuse(values, ['runs', 'from', 'json'], '--seed, which runs a single seed');
  const chosen = fault ?? (calm ? [] : undefined);
  return {
    task: 'one',
    seed: wholeNumber('seed', seed),
    ...(chosen && { only: new Set(chosen) }),
    ...(defect && { defect }),
    all,
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        runs: { type: 'string' },
        from: { type: 'string' },
        seed: { type: 'string' },
        fault: { type: 'string', multiple: true },
        calm: { type: 'boolean', default: false },
        defect: { type: 'string' },
        all: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function refuse(values: Readonly<Record<string, unknown>>, names: readonly string[], beside: string): void {
  const given = names.find((name) => values[name] !== undefined && values[name] !== false);
  if (given !== undefined) throw new UsageError(`--${given} has no meaning with ${beside}`);
}

function defectOf(name: string): Defect {
  const defect = DEFECTS.find((each) => each.name === name);
  if (defect === undefined)
    throw new UsageError(`--defect ${name}: no such defect; npm run sim -- --help lists them`);
  return defect;
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} ${text}: write a whole number of at least 1, such as 2000`);
}
