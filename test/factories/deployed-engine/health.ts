export interface Look {
  readonly atMs: number;
  readonly good: boolean;
}

/** The components' health, as probes see it. */
export interface ScriptedHealth {
  /** Says what the component answers from now on, whatever is done to it; a list is answered one by one, then its last. */
  readonly pin: (component: string, answers: readonly boolean[]) => void;
  /** Makes an unpinned component healthy. Components are unhealthy until then. */
  readonly recover: (component: string) => void;
  /** Makes a healthy component unhealthy. */
  readonly fail: (component: string) => void;
  /** What was answered so far. */
  readonly looks: (component: string) => readonly Look[];
  /** Answers, and keeps what it answered. */
  readonly answer: (component: string) => boolean;
}

/** @param nowMs the time, in epoch milliseconds */
export function scriptedHealth(nowMs: () => number): ScriptedHealth {
  const pinned = new Map<string, readonly boolean[]>();
  const healthy = new Set<string>();
  const looks = new Map<string, Look[]>();
  const looksOf = (component: string): Look[] => {
    const known = looks.get(component) ?? [];
    looks.set(component, known);
    return known;
  };
  return {
    pin: (component, answers) => void pinned.set(component, answers),
    recover: (component) => void healthy.add(component),
    fail: (component) => void healthy.delete(component),
    looks: looksOf,
    answer: (component) => {
      const seen = looksOf(component);
      const answers = pinned.get(component);
      const good = answers ? (answers[seen.length] ?? answers.at(-1) ?? false) : healthy.has(component);
      seen.push({ atMs: nowMs(), good });
      return good;
    },
  };
}
