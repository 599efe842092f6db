import * as z from 'zod/mini';
import type { StepOutcome } from './operation.ts';

/** What a function may ask to have back, as JSON. A step's record holds it, and DynamoDB bills for it. */
const MOST_UNDO_BYTES = 4_096;
/** The longest name that a function may give to what it has started. */
const MOST_REFERENCE_CHARACTERS = 1_024;

const said = {
  detail: z.optional(z.string()),
  undo: z.optional(z.unknown()),
  reference: z.optional(z.string().check(z.minLength(1), z.maxLength(MOST_REFERENCE_CHARACTERS))),
};
const answer = z.object({ outcome: z.enum(['succeeded', 'nothing_to_do', 'failed', 'running']), ...said });
const lookAnswer = z.object({
  outcome: z.enum(['succeeded', 'nothing_to_do', 'failed', 'running', 'cancelled', 'unknown']),
  ...said,
});

type Word = z.output<typeof lookAnswer>['outcome'];

/** What a function says of what it was asked to do. */
export interface FunctionOutcome {
  /** @default it goes on */
  readonly outcome?: StepOutcome;
  readonly detail: string;
  /** JSON. */
  readonly undo?: string;
  /** The name that the function gave to what goes on. */
  readonly reference?: string;
}

const OUTCOMES: Readonly<Record<Word, StepOutcome | undefined>> = {
  succeeded: 'SUCCEEDED',
  nothing_to_do: 'SUCCEEDED',
  failed: 'FAILED',
  running: undefined,
  cancelled: 'CANCELLED',
  unknown: 'UNKNOWN',
};

/** What a function's answer means. Anything that is not the documented answer is a failure: nobody knows what was done. */
export function functionOutcome(functionName: string, payload: unknown): FunctionOutcome {
  const parsed = answer.safeParse(payload);
  if (!parsed.success) {
    const detail = `${functionName} did not answer {"outcome": "succeeded" | "nothing_to_do" | "failed" | "running"}, but ${shown(payload)}`;
    return { outcome: 'FAILED', detail };
  }
  return meant(functionName, parsed.data);
}

/**
 * What a function's answer means when it is asked about what it has started: anything that is not the documented answer
 * says nothing, so that it may still go on.
 */
export function lookOutcome(functionName: string, payload: unknown): FunctionOutcome {
  const parsed = lookAnswer.safeParse(payload);
  if (parsed.success) return meant(functionName, parsed.data);
  return { detail: `${functionName} did not say how far it has come, but ${shown(payload)}` };
}

function meant(
  functionName: string,
  { outcome: word, detail = '', undo, reference }: z.output<typeof lookAnswer>,
): FunctionOutcome {
  const text = `${functionName} ${PHRASES[word] ?? word}${detail === '' ? '' : `: ${detail}`}`;
  const kept = undo === undefined || undo === null ? {} : { undo: JSON.stringify(undo) };
  const named = reference === undefined ? {} : { reference };
  const bytes = new TextEncoder().encode(kept.undo ?? '').length;
  const outcome = OUTCOMES[word];
  if (bytes > MOST_UNDO_BYTES) {
    const tooMuch = `${text}; its \`undo\` has ${bytes} bytes, and ${MOST_UNDO_BYTES} are kept at most`;
    return outcome === undefined ? { detail: tooMuch, ...named } : { outcome: 'FAILED', detail: tooMuch };
  }
  return {
    ...(outcome !== undefined && { outcome }),
    detail: text,
    ...kept,
    ...named,
  };
}

const PHRASES: Readonly<Partial<Record<Word, string>>> = {
  nothing_to_do: 'nothing to do',
  running: 'is still running',
  unknown: 'does not know what it was asked for',
};

const SHOWN_CHARACTERS = 100;

function shown(payload: unknown): string {
  return payload === undefined ? 'nothing' : JSON.stringify(payload).slice(0, SHOWN_CHARACTERS);
}
