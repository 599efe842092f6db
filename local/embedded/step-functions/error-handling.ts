import * as z from 'zod';
import {
  assigning,
  type CompileContext,
  compileHandOver,
  type HandOver,
  stateName,
} from './common-fields.ts';
import { InvalidDefinition, isNameToHandle, matchesError, NAMES_TO_HANDLE, StateError } from './errors.ts';
import { evaluationOf, type Frame, type Transition } from './state.ts';

const errorName = z
  .string()
  .min(1)
  .refine(isNameToHandle, {
    error: ({ input }) =>
      `${String(input)}: of the names that begin with States., ${NAMES_TO_HANDLE.join(', ')} can be handled`,
  });
const errorEquals = z.array(errorName).min(1);

const retrier = z.strictObject({
  ErrorEquals: errorEquals,
  IntervalSeconds: z.int().min(1).max(99_999_999).default(1),
  MaxAttempts: z.int().min(0).max(99_999_999).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.int().min(1).lt(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
  Comment: z.string().optional(),
});

const catcher = z.strictObject({
  ErrorEquals: errorEquals,
  Next: stateName,
  Comment: z.string().optional(),
  ...assigning,
});

/** Fields of the states that can retry and catch. */
export const errorHandling = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

type Retrier = z.output<typeof retrier>;

export interface ErrorHandling {
  readonly targets: readonly string[];
  /**
   * Tries as often as Retry says, and handles the remaining error as Catch says.
   *
   * @param attempt takes how often it was tried before
   */
  readonly run: (
    input: unknown,
    frame: Frame,
    attempt: (retryCount: number) => Promise<Transition>,
  ) => Promise<Transition>;
}

/** @throws InvalidDefinition */
export function compileErrorHandling(
  name: string,
  fields: { readonly Retry?: Retrier[] | undefined; readonly Catch?: z.output<typeof catcher>[] | undefined },
  context: CompileContext,
): ErrorHandling {
  const { Retry = [], Catch = [] } = fields;
  checkWildcards(`${name}.Retry`, Retry);
  checkWildcards(`${name}.Catch`, Catch);
  for (const [index, { IntervalSeconds, MaxDelaySeconds }] of Retry.entries()) {
    if (MaxDelaySeconds !== undefined && MaxDelaySeconds <= IntervalSeconds)
      throw new InvalidDefinition(`${name}.Retry[${index}]: MaxDelaySeconds must be above IntervalSeconds`);
  }
  const catchers = Catch.map((each, index) => ({
    errorEquals: each.ErrorEquals,
    handOver: compileHandOver(each, each.Next, {
      place: `${name}.Catch[${index}]`,
      assigned: context.assigned,
      parts: ['errorOutput'],
    }),
  }));
  return {
    targets: Catch.map(({ Next }) => Next),
    run: (input, frame, attempt) => handled(name, Retry, catchers, input, frame, attempt),
  };
}

function checkWildcards(
  place: string,
  handlers: readonly { readonly ErrorEquals: readonly string[] }[],
): void {
  for (const [index, { ErrorEquals }] of handlers.entries()) {
    if (!ErrorEquals.includes('States.ALL')) continue;
    if (ErrorEquals.length > 1 || index < handlers.length - 1)
      throw new InvalidDefinition(`${place}[${index}]: States.ALL must stand alone and last`);
  }
}

async function handled(
  name: string,
  retriers: readonly Retrier[],
  catchers: readonly { readonly errorEquals: readonly string[]; readonly handOver: HandOver }[],
  input: unknown,
  frame: Frame,
  attempt: (retryCount: number) => Promise<Transition>,
): Promise<Transition> {
  const used = retriers.map(() => 0);
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return await attempt(retryCount);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      // The first retrier that matches decides: when its attempts are spent, the next one is not used.
      const index = retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error.error));
      const retrier = retriers[index];
      const before = used[index] ?? 0;
      if (retrier !== undefined && before < retrier.MaxAttempts) {
        used[index] = before + 1;
        await frame.execution.sleep(
          frame.waits,
          delaySeconds(retrier, before, frame.execution.sources.random),
        );
        frame.execution.retried();
        continue;
      }
      const caught = catchers.find(({ errorEquals }) => matchesError(errorEquals, error.error));
      if (caught === undefined) throw error;
      const { error: errorName, causeText } = error;
      const errorOutput = { Error: errorName, ...(causeText !== undefined && { Cause: causeText }) };
      return await caught.handOver.run(
        evaluationOf(name, input, frame, { retryCount, errorOutput }),
        frame,
        errorOutput,
      );
    }
  }
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error */
function delaySeconds(retrier: Retrier, retriesBefore: number, random: () => number): number {
  const {
    IntervalSeconds,
    BackoffRate,
    MaxDelaySeconds = Number.POSITIVE_INFINITY,
    JitterStrategy,
  } = retrier;
  const delay = Math.min(IntervalSeconds * BackoffRate ** retriesBefore, MaxDelaySeconds);
  return JitterStrategy === 'FULL' ? random() * delay : delay;
}
