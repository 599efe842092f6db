import { parseArgs } from 'node:util';
import * as z from 'zod';

const PARTS = [
  'heal',
  'bundles',
  'storm',
  'watchdog',
  'diagnosis',
  'chain',
  'detection',
  'analysis',
  'kinds',
] as const;

export const USAGE = `npm run bench -- [--only <part>]… [--quick] [--events <n>] [--concurrency <n>] [--wave <n>]
                 [--data <directory>] [--json]

  --only         heal, bundles, storm, watchdog, diagnosis, chain, detection, analysis or kinds; may be given again. Default: all
  --quick        few repetitions, short waits, small storms: to see that it runs
  --events       events of each storm. Default: 2000
  --concurrency  events of a storm that are triaged at once. Default: 100
  --wave         events of each wave through EventBridge on MiniStack, where every one may start a process. Default: 50
  --data         incidents for diagnosis, laid out like PetShop's, or series for detection, laid out like NAB's with PetShop's beside
                 them; skipped where there are none. Default: ../shared/bench/dev/petshop, ../shared/bench/dev/nab
  --json         prints all results as JSON, with the ranked answers of each incident, the scores and alarm rows of each file`;

const schema = z.object({
  only: z.array(z.enum(PARTS)).min(1),
  quick: z.boolean(),
  events: z.coerce.number().int().min(1).max(100_000),
  concurrency: z.coerce.number().int().min(1).max(1_000),
  data: z.string().min(1).optional(),
  json: z.boolean(),
  wave: z.coerce.number().int().min(0).max(2_000),
});

export type BenchOptions = z.output<typeof schema>;

/** @throws Error that names the option, and what is allowed */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      events: { type: 'string' },
      concurrency: { type: 'string', default: '100' },
      wave: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  const parsed = schema.safeParse({
    ...values,
    only: values.only ?? [...PARTS],
    events: values.events ?? (quick ? 200 : 2_000),
    wave: values.wave ?? (quick ? 20 : 50),
  });
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
