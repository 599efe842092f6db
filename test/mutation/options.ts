import { parseArgs } from 'node:util';
import * as z from 'zod';
import { AREAS, isWithin } from './folders.ts';

const FOLDERS = AREAS.map(({ folder }) => folder);

export const USAGE = `npm run mutation -- [--folder <path>]… [--sample <n> | --all] [--seed <text>] [--minimum <percent>]

  --folder   mutates only this folder and those below it; may be given again. Default: ${FOLDERS.join(', ')}
  --sample   how many mutants of each folder are tried. Default: 40
  --all      tries every mutant
  --seed     which mutants are drawn; the same seed draws the same ones from unchanged code. Default: 1
  --minimum  the score, in percent, under which a folder fails. Default: 92`;

const schema = z.object({
  folder: z.array(
    z
      .string()
      .refine(
        (folder) => FOLDERS.some((area) => isWithin(folder, area)),
        `name one of ${FOLDERS.join(', ')}, or one below`,
      ),
  ),
  sample: z.coerce.number().int().min(1).max(100_000),
  seed: z.string().min(1),
  minimum: z.coerce.number().min(0).max(100),
});

export interface MutationOptions {
  readonly folders: readonly string[];
  /** For each folder; `Infinity` takes all. */
  readonly sampleSize: number;
  readonly seed: string;
  readonly minimumPercent: number;
}

/** @throws Error that names the option, and what is allowed */
export function parseOptions(argv: readonly string[]): MutationOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      folder: { type: 'string', multiple: true },
      sample: { type: 'string' },
      all: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      minimum: { type: 'string', default: '92' },
    },
  });
  if (values.all && values.sample !== undefined) throw new Error('--all or --sample: give one of them');
  const parsed = schema.safeParse({
    ...values,
    folder: values.folder?.map((folder) => folder.replace(/\/+$/, '')) ?? FOLDERS,
    sample: values.sample ?? '40',
  });
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { folder, sample, seed, minimum } = parsed.data;
  return {
    folders: folder,
    sampleSize: values.all ? Number.POSITIVE_INFINITY : sample,
    seed,
    minimumPercent: minimum,
  };
}
