/** A round of the reconciler in the making: what it did, and what it could not do. A line each. */
export interface Round {
  readonly done: string[];
  readonly problems: string[];
  /** Takes in what a part did. One that fails is a problem, and stops no other. */
  readonly attempt: (what: string, part: () => Promise<readonly string[]>) => Promise<void>;
}

export function createRound(): Round {
  const done: string[] = [];
  const problems: string[] = [];
  return {
    done,
    problems,
    attempt: async (what, part) => {
      try {
        done.push(...(await part()));
      } catch (error) {
        problems.push(
          `${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
        );
      }
    },
  };
}
