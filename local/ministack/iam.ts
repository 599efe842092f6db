import * as z from 'zod';

/** A decision about a function's, a state machine's or a rule's request. */
export interface Decision {
  /** ARN of the role's session, or the name of the service that called by the target's own policy. */
  readonly principal: string;
  /** Such as `dynamodb:PutItem`. */
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
}

/** What a request does, as IAM sees it. */
export interface Question {
  readonly action: string;
  /** An ARN; `*` for actions without resources. */
  readonly resource: string;
  /** Condition keys and their values. @default none */
  readonly context?: Readonly<Record<string, string>>;
}

/** @returns AWS's message, unless a credential may do all of it */
export type Authorize = (accessKeyId: string, questions: readonly Question[]) => Promise<string | undefined>;

/** IAM as MiniStack evaluates it; see enforce_iam.py. */
export interface Iam {
  /** Starts or ends the enforcement. Everything deployed keeps its roles. */
  readonly enforce: (enforced: boolean) => Promise<void>;
  readonly authorize: Authorize;
  /** Decisions in order. @param since how many to leave out. @default 0 */
  readonly decisions: (since?: number) => Promise<readonly Decision[]>;
  /** The functions that failed, in the same way. */
  readonly failures: (since?: number) => Promise<readonly Failure[]>;
}

export interface Failure {
  /** Name of the function. */
  readonly function: string;
  /** The error's type and message. */
  readonly message: string;
}

const decisionsSchema = z.object({
  decisions: z.array(
    z.object({ principal: z.string(), action: z.string(), resource: z.string(), allowed: z.boolean() }),
  ),
});
const failuresSchema = z.object({
  failures: z.array(z.object({ function: z.string(), message: z.string() })),
});
const authorizedSchema = z.object({ denial: z.string().nullable() });

/** A client of the endpoint that enforce_iam.py serves on this port of 127.0.0.1. */
export function iamAt(port: number): Iam {
  const call = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`IAM of MiniStack: ${path} answered ${answer.status}`);
    return await answer.json();
  };
  return {
    enforce: async (enforced) => void (await call('/enforce', { enforced })),
    authorize: async (accessKeyId, questions) => {
      for (const { action, resource, context = {} } of questions) {
        const answer = await call('/authorize', { accessKeyId, action, resource, context });
        const { denial } = authorizedSchema.parse(answer);
        if (denial !== null) return denial;
      }
      return undefined;
    },
    decisions: async (since = 0) => decisionsSchema.parse(await call(`/decisions?since=${since}`)).decisions,
    failures: async (since = 0) => failuresSchema.parse(await call(`/failures?since=${since}`)).failures,
  };
}

/** The access key that signed a request; `undefined` for an unsigned one. */
export function accessKeyOf(authorization: string | undefined): string | undefined {
  return /Credential=([^/,\s]+)\//.exec(authorization ?? '')?.[1];
}
