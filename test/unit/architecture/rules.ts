import type { SourceModule } from './source-modules.ts';

/** Who may import what. A module is held to every rule whose `from` it matches. */
interface ImportRule {
  readonly from: RegExp;
  /** If given, everything else is forbidden. */
  readonly allowed?: RegExp;
  readonly forbidden?: RegExp;
  readonly why: string;
}

const IMPORT_RULES: readonly ImportRule[] = [
  {
    from: /^functions\/core\//,
    allowed: /^(functions\/core\/|(zod|yaml|fastest-levenshtein|re2js|node:crypto)$)/,
    why: 'core decides, purely: what needs I/O belongs in functions/app, behind a port',
  },
  {
    from: /^functions\/ports\//,
    allowed: /^functions\/(core|ports)\//,
    why: 'ports are interfaces in the words of core',
  },
  {
    from: /^functions\/app\//,
    allowed: /^functions\/(core|ports|app)\//,
    why: 'a use case gets the world handed in: a port, not an adapter or an SDK',
  },
  {
    from: /^functions\/adapters\//,
    forbidden: /^(functions\/(app|handlers|runtime)|infra|local|cli|test)\//,
    why: 'an adapter fulfils a port, does not know who uses it, and gets its client from functions/runtime',
  },
  {
    from: /^functions\/runtime\//,
    forbidden: /^(functions\/(app|handlers)|infra|local|cli|test)\//,
    why: 'runtime wires adapters; handlers bring them and the use cases together',
  },
  {
    from: /^functions\/handlers\//,
    forbidden: /^(functions\/adapters|infra|local|cli|test)\/|^@aws-sdk/,
    why: 'a handler is schema, use case, response: its adapters come from functions/runtime',
  },
  {
    from: /^functions\/handlers\/table\//,
    allowed: /^functions\/(core|ports|handlers\/table)\//,
    why: 'the handler table is data, which the stacks read: it knows ports, and no code that runs in a function',
  },
  {
    from: /^infra\//,
    forbidden: /^(functions\/(?!core\/|handlers\/table\/)|local\/|cli\/|test\/)/,
    why: 'the stacks see functions/core and the handler table; handlers are bundled by path',
  },
  {
    from: /^cli\/(?!main\.ts$)/,
    allowed:
      /^(cli\/|functions\/(core|ports|app|runtime|adapters\/system)\/|package\.json$|node:|(commander|cli-table3|@bomb\.sh\/tab)$)/,
    why: 'the command drives use cases and queries; its clients come from functions/runtime',
  },
  {
    from: /^cli\/main\.ts$/,
    allowed: /^(cli|functions\/adapters\/system)\/|^local\/what-if\/what-if\.ts$/,
    why: 'the program hands in what commands may not know: the clock, and the replay on the embedded cloud',
  },
  {
    from: /^cli\/presenters\//,
    forbidden: /^(functions\/(runtime|adapters)|cli\/(commands|connection))|^node:(?!util$)/,
    why: 'a presenter turns data into lines of text, and reads nothing itself',
  },
  { from: /^(?!test\/)/, forbidden: /^test\//, why: 'test code stays in test/' },
];

export function importViolations(module: SourceModule): readonly string[] {
  return IMPORT_RULES.filter(({ from }) => from.test(module.path)).flatMap(({ allowed, forbidden, why }) =>
    module.imports
      .filter(({ target }) => forbidden?.test(target) || (allowed && !allowed.test(target)))
      .map(({ target }) => `${module.path} imports ${target}: ${why}`),
  );
}

interface EffectRule {
  readonly in: RegExp;
  readonly banned: RegExp;
  readonly instead: string;
}

const PURE = /^(functions\/(core|app|ports)|cli\/presenters)\//;
const BEFORE_RUNTIME = /^(functions\/(?!runtime\/)|cli\/)/;
/** `wired.ts` asks one thing of the environment: whether this is Lambda. */
const WITHOUT_ENVIRONMENT = /^(functions\/(?!runtime\/|handlers\/wired\.ts$)|cli\/(?!main\.ts$))/;

const EFFECT_RULES: readonly EffectRule[] = [
  {
    in: PURE,
    banned: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\./,
    instead: 'take the time as an argument, or from the Clock port: a test must be able to set it',
  },
  {
    in: PURE,
    banned: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/,
    instead:
      'take `random` as a dependency, and derive ids from what is known: a retry must get the same one',
  },
  {
    in: PURE,
    banned: /\bset(Timeout|Interval|Immediate)\b/,
    instead: 'sleep by the Clock port: under a virtual clock a timer of one’s own never fires in order',
  },
  {
    in: PURE,
    banned: /\bprocess\b\.|\bfetch\(/,
    instead: 'the environment is parsed once in functions/runtime; the network is behind a port',
  },
  {
    in: BEFORE_RUNTIME,
    banned: /\bnew \w+Client\(/,
    instead: 'AWS clients are built once, in functions/runtime/clients.ts, and handed in',
  },
  {
    in: WITHOUT_ENVIRONMENT,
    banned: /\bprocess\.env\b/,
    instead: 'the environment is parsed once, by the schema in functions/runtime/environment.ts',
  },
];

export function effectViolations(module: SourceModule): readonly string[] {
  return EFFECT_RULES.filter((rule) => rule.in.test(module.path)).flatMap(({ banned, instead }) => {
    const found = banned.exec(module.code);
    return found ? [`${module.path} uses ${found[0]}: ${instead}`] : [];
  });
}
