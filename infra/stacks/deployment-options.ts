import type { Node } from 'constructs';
import { z } from 'zod';
import { nearestName } from '../../functions/core/configuration/nearest-name.ts';

const flag = z.union([z.boolean(), z.stringbool()], { error: 'true or false' });
const VARIABLES = {
  error: 'a JSON object of texts whose names are in capitals, such as {"LOG_LEVEL":"DEBUG"}',
};
const FILE = { error: 'the path of a file' };

const optionsSchema = z.object({
  config: z.string(FILE).trim().min(1, FILE).default('./selfheal.yaml'),
  removalPolicy: z.enum(['retain', 'destroy'], { error: 'retain or destroy' }).default('retain'),
  reserveConcurrency: flag.optional(),
  lambdaEnvironment: z
    .preprocess(
      (value) => (typeof value === 'string' ? parsedJson(value) : value),
      z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string(VARIABLES), VARIABLES),
    )
    .default({}),
});

const KEYS: readonly string[] = Object.keys(optionsSchema.shape);

/** What may differ from one deployment of the same configuration to another, given as CDK context (`-c key=value`). */
export interface DeploymentOptions {
  /**
   * Path of the configuration file.
   *
   * @default - that in the environment variable SELFHEAL_CONFIG, or else ./selfheal.yaml
   */
  readonly config: string;
  /**
   * What happens to the table when its stack is deleted; `destroy` also removes its deletion protection.
   *
   * @default retain - the table outlives the stack
   */
  readonly removalPolicy: 'retain' | 'destroy';
  /**
   * Whether functions get a reserved concurrency: ten for the one that the internet reaches, so that a flood leaves the
   * account's concurrency to the others, and one for the reconciler, so that a minute's run never overlaps the next.
   * `false` is for accounts whose quota is too low for either.
   *
   * @default - only the function that the internet reaches: an overlap of the reconciler does no harm
   */
  readonly reserveConcurrency?: boolean | undefined;
  /**
   * Environment variables that every function gets in addition to its own, such as the endpoints of an emulator; JSON.
   *
   * @default {} - the functions talk to AWS
   */
  readonly lambdaEnvironment: Readonly<Record<string, string>>;
}

/** A context value that is not allowed. */
export class DeploymentOptionsError extends Error {
  override readonly name = 'DeploymentOptionsError';
  readonly code = 'DEPLOYMENT_OPTIONS_INVALID';
}

/** @throws DeploymentOptionsError naming the key, its value and what is allowed */
export function readDeploymentOptions(node: Node): DeploymentOptions {
  // As the commands do: a deployment of another file than theirs would be a surprise.
  const environment: Readonly<Record<string, unknown>> = {
    config: process.env['SELFHEAL_CONFIG'] || undefined,
  };
  const given = Object.fromEntries(
    KEYS.map((key) => [key, (node.tryGetContext(key) as unknown) ?? environment[key]]),
  );
  const parsed = optionsSchema.safeParse(given);
  const unknown = unknownKeys(node);
  if (parsed.success && unknown.length === 0) return parsed.data;
  const complaints = (parsed.error?.issues ?? []).map(({ path, message }) => {
    const key = String(path[0]);
    return `context ${key}=${JSON.stringify(given[key])}: expected ${message}; correct or leave out \`-c ${key}=…\``;
  });
  throw new DeploymentOptionsError([...unknown.map(unknownKeyText), ...complaints].join('\n'));
}

/** A misspelt key would leave its option at the default, and deploy another configuration than the one named. */
function unknownKeys(node: Node): readonly (readonly [string, unknown])[] {
  const context = node.getAllContext() as Readonly<Record<string, unknown>>;
  return Object.entries(context).filter(([key]) => !KEYS.includes(key) && !isOfTheCdk(key));
}

/** Feature flags, settings passed by the CDK’s command, looked-up values of cdk.context.json, dismissed notices. */
function isOfTheCdk(key: string): boolean {
  if (key.startsWith('@') || key === 'acknowledged-issue-numbers') return true;
  return key.includes(':') && meantKey(key) === undefined;
}

/** The key that is meant, with a prefix such as `selfheal:` or without. */
function meantKey(key: string): string | undefined {
  return nearestName(key.slice(key.lastIndexOf(':') + 1), KEYS);
}

function unknownKeyText([key, value]: readonly [string, unknown]): string {
  const nearest = meantKey(key);
  const remedy = nearest === undefined ? `leave out \`-c ${key}=…\`` : `did you mean \`-c ${nearest}=…\`?`;
  return `context ${key}=${JSON.stringify(value)}: there is no such key; ${remedy} (known: ${KEYS.join(', ')})`;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
