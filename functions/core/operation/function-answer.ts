import * as z from 'zod/mini';

/** What a function may ask to have back, as JSON. A step's record holds it, and DynamoDB bills for it. */
const MOST_UNDO_BYTES = 4_096;

const answer = z.object({
  outcome: z.enum(['succeeded', 'nothing_to_do', 'failed']),
  detail: z.optional(z.string()),
  undo: z.optional(z.unknown()),
});

export interface FunctionOutcome {
  readonly outcome: 'SUCCEEDED' | 'FAILED';
  readonly detail: string;
  /** JSON. */
  readonly undo?: string;
}

/** What a function's answer means. Anything that is not the documented answer is a failure: nobody knows what was done. */
export function functionOutcome(functionName: string, payload: unknown): FunctionOutcome {
  const parsed = answer.safeParse(payload);
  if (!parsed.success) {
    const detail = `${functionName} did not answer {"outcome": "succeeded" | "nothing_to_do" | "failed"}, but ${shown(payload)}`;
    return { outcome: 'FAILED', detail };
  }
  const { outcome, detail = '', undo } = parsed.data;
  const text = `${functionName} ${outcome.replaceAll('_', ' ')}${detail === '' ? '' : `: ${detail}`}`;
  const kept = undo === undefined || undo === null ? {} : { undo: JSON.stringify(undo) };
  const bytes = new TextEncoder().encode(kept.undo ?? '').length;
  if (bytes > MOST_UNDO_BYTES) {
    const tooMuch = `${text}; its \`undo\` has ${bytes} bytes, and ${MOST_UNDO_BYTES} are kept at most`;
    return { outcome: 'FAILED', detail: tooMuch };
  }
  return { outcome: outcome === 'failed' ? 'FAILED' : 'SUCCEEDED', detail: text, ...kept };
}

const SHOWN_CHARACTERS = 100;

function shown(payload: unknown): string {
  return payload === undefined ? 'nothing' : JSON.stringify(payload).slice(0, SHOWN_CHARACTERS);
}
