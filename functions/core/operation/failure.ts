import * as z from 'zod/mini';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { containmentOf } from './containment.ts';
import { type Failure, FINAL_STATES, type FinalState, type OperationResult } from './operation.ts';

/** The code of a repair that stays as it is because nobody was permitted to look whether it held. */
export const NOT_VERIFIED = 'NotVerified';

/** Why a step or a verification that would be in time by its own time-out is refused. */
export const REPAIR_TOO_LONG = 'the repair took longer than settings.repairTimeoutSeconds';

/** The error of an execution whose operation is over, but for its final record. */
const NOT_CONCLUDED = 'NotConcluded';

/** The outcome of an operation that ends in this state, for this reason. @param strategy if it is known */
export function resultOf(
  state: FinalState,
  failure: Failure | undefined,
  strategy: Pick<Strategy, 'actions'> | undefined,
): OperationResult {
  if (state === 'COMPLETED') return strategy && containmentOf(strategy.actions) ? 'CONTAINED' : 'SUCCESS';
  return failure?.error === NOT_VERIFIED ? 'UNVERIFIED' : 'FAILED';
}

const lambdaCause = z.object({ errorMessage: z.string() });

/** What people can read of a cause: Lambda wraps a function's message into JSON, with its stack. */
export function readableCause(cause: string): string {
  const parsed = lambdaCause.safeParse(parsedJson(cause));
  return parsed.success ? parsed.data.errorMessage : cause;
}

const pendingConclusion = z.object({
  state: z.enum(FINAL_STATES),
  failure: z.exactOptional(z.object({ error: z.string(), cause: z.string() })),
  /** Why it could not be written. */
  problem: z.object({ error: z.string(), cause: z.string() }),
});

/** How an operation ended whose execution could not write it down. */
export type PendingConclusion = z.output<typeof pendingConclusion>;

/** Read from the error and the cause of an execution that failed; `undefined` if it failed before its end was known. */
export function pendingConclusionOf(error: string, cause: string): PendingConclusion | undefined {
  if (error !== NOT_CONCLUDED) return undefined;
  return pendingConclusion.safeParse(parsedJson(cause)).data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
