import type { Denial } from '../../core/denial.ts';
import { NotPermitted } from '../../ports/errors.ts';

/** A round of the reconciler so far: what it did and what it could not do, one line each. */
export interface Round {
  readonly done: string[];
  readonly problems: string[];
  /** Permissions that a part lacked. */
  readonly denials: Denial[];
  /** Records what a part did. If it fails, that is a problem, but stops no other part. */
  readonly attempt: (what: string, part: () => Promise<readonly string[]>) => Promise<void>;
}

export function createRound(): Round {
  const done: string[] = [];
  const problems: string[] = [];
  const denials: Denial[] = [];
  return {
    done,
    problems,
    denials,
    attempt: async (what, part) => {
      try {
        done.push(...(await part()));
      } catch (error) {
        if (error instanceof NotPermitted) denials.push(error.denial);
        problems.push(
          `${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
        );
      }
    },
  };
}
