import type { Context } from '../../../cli/context.ts';
import { type SettableClock, settableClock } from '../../factories/ports/recording-ports.ts';

/** A context that keeps what a command prints, without colours and on no terminal. */
export interface RecordedContext extends Context {
  readonly clock: SettableClock;
  readonly lines: string[];
  readonly errors: string[];
}

export function recordedContext(width?: number, config = './selfheal.yaml'): RecordedContext {
  const lines: string[] = [];
  const errors: string[] = [];
  return {
    clock: settableClock(),
    config,
    lines,
    errors,
    out: (line) => void lines.push(line),
    err: (line) => void errors.push(line),
    paint: (_, text) => text,
    width,
    whatIf: async (request, output) => {
      const { whatIf } = await import('../../../local/what-if/what-if.ts');
      await whatIf(request, output);
    },
  };
}
