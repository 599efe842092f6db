/** A fixed number of connections; those who find none wait for a while. */
export interface Pool {
  /** `false` if none became free in time. */
  readonly acquire: (timeoutMs: number) => Promise<boolean>;
  readonly release: () => void;
  /** Share that is in use, 0 to 1. */
  readonly used: () => number;
}

export function createPool(size: number): Pool {
  let used = 0;
  const waiting: ((isFree: boolean) => void)[] = [];
  return {
    acquire: (timeoutMs) => {
      if (used < size) {
        used += 1;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(taken), 1);
          resolve(false);
        }, timeoutMs);
        const taken = (isFree: boolean) => {
          clearTimeout(timer);
          resolve(isFree);
        };
        waiting.push(taken);
      });
    },
    release: () => {
      const next = waiting.shift();
      if (next) next(true);
      else used -= 1;
    },
    used: () => used / size,
  };
}
