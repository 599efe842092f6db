/** Calls back once, after the delay, unless it is cancelled. */
export type After = (milliseconds: number, work: () => void) => { readonly cancel: () => void };

/** The longest delay of Node's timers; longer waits take several. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Node's own timers. They do not keep the process alive. */
export const afterByTimer: After = (milliseconds, work) => {
  const timer = setTimeout(work, milliseconds).unref();
  return { cancel: () => clearTimeout(timer) };
};

/** Run Command's contact with one node's agent, as long as anyone waits for the agent's answer. */
export interface AgentContact {
  /** Resolves when the command's total time-out is over; never, if the contact is closed before. */
  readonly expired: Promise<void>;
  readonly isOpen: () => boolean;
  /** Asks at once, and then at intervals, until there is an answer. Never resolves once the contact is closed. */
  readonly until: <Answer>(ask: () => Answer | undefined) => Promise<Answer>;
  readonly close: () => void;
}

export interface AgentContactOptions {
  readonly nowMs: () => number;
  readonly after: After;
  /** How often `until` asks. */
  readonly pollMs: number;
  readonly expiresAtMs: number;
}

export function openContact({ nowMs, after, pollMs, expiresAtMs }: AgentContactOptions): AgentContact {
  const timers = new Set<{ readonly cancel: () => void }>();
  let isOpen = true;
  const later = (milliseconds: number, work: () => void) => {
    if (!isOpen) return;
    const timer = after(Math.min(milliseconds, LONGEST_TIMER_MS), () => {
      timers.delete(timer);
      work();
    });
    timers.add(timer);
  };
  const expired = new Promise<void>((resolve) => {
    const look = () => {
      const leftMs = expiresAtMs - nowMs();
      if (leftMs > 0) later(leftMs, look);
      else resolve();
    };
    look();
  });
  return {
    expired,
    isOpen: () => isOpen,
    until: (ask) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!isOpen) return;
          try {
            const answer = ask();
            if (answer === undefined) later(pollMs, look);
            else resolve(answer);
          } catch (error) {
            reject(error);
          }
        };
        look();
      }),
    close: () => {
      isOpen = false;
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
  };
}
