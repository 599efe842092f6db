import type { Node } from 'constructs';
import { z } from 'zod';

const flag = z.union([z.boolean(), z.stringbool()]);

const optionsSchema = z.object({
  config: z.string().min(1).default('./selfheal.yaml'),
  removalPolicy: z.enum(['retain', 'destroy']).default('retain'),
  reserveConcurrency: flag.default(false),
  lambdaEnvironment: z
    .preprocess(
      (value) => (typeof value === 'string' ? parsedJson(value) : value),
      z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()),
    )
    .default({}),
});

/** What may differ from one deployment of the same configuration to another, given as CDK context (`-c key=value`). */
export interface DeploymentOptions {
  /**
   * Path of the configuration file.
   *
   * @default ./selfheal.yaml
   */
  readonly config: string;
  /**
   * What happens to the table when its stack is deleted; `destroy` also takes away its protection against deletion.
   *
   * @default retain - the table outlives the stack
   */
  readonly removalPolicy: 'retain' | 'destroy';
  /**
   * Whether the reconciler gets a reserved concurrency of one, so that a minute's run never overlaps the next.
   *
   * @default false - new accounts lack the quota for it, and an overlap does no harm
   */
  readonly reserveConcurrency: boolean;
  /**
   * Environment variables that every function gets besides its own, such as the endpoints of an emulator; JSON.
   *
   * @default {} - the functions talk to AWS
   */
  readonly lambdaEnvironment: Readonly<Record<string, string>>;
}

/** Context that is not as it must be. */
export class DeploymentOptionsError extends Error {
  override readonly name = 'DeploymentOptionsError';
  readonly code = 'DEPLOYMENT_OPTIONS_INVALID';
}

/** @throws DeploymentOptionsError naming the key, its value and what is allowed */
export function readDeploymentOptions(node: Node): DeploymentOptions {
  const given = Object.fromEntries(
    Object.keys(optionsSchema.shape).map((key) => [key, node.tryGetContext(key) as unknown]),
  );
  const parsed = optionsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(({ path, message }) => {
    const key = String(path[0]);
    return `context ${key}=${JSON.stringify(given[key])}: ${message}; correct or leave out \`-c ${key}=…\``;
  });
  throw new DeploymentOptionsError(complaints.join('\n'));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
