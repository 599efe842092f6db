import { ExecutionOver } from './errors.ts';

export interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Everything that waits in one part of an execution, so that it can be cancelled at once. */
export class WaitGroup {
  readonly #waits = new Set<() => void>();
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Waits until `begin` settles, or the group ends.
   *
   * @param begin returns the clean-up for when the wait is over, however it ends
   * @throws ExecutionOver if the group ends first
   */
  wait<T>(begin: (settle: Settle<T>) => () => void): Promise<T> {
    if (this.#isOver) return Promise.reject(new ExecutionOver());
    return new Promise<T>((resolve, reject) => {
      let isSettled = false;
      let release: (() => void) | undefined;
      const settle = (how: () => void) => {
        if (isSettled) return;
        isSettled = true;
        this.#waits.delete(stop);
        release?.();
        how();
      };
      const stop = () => settle(() => reject(new ExecutionOver()));
      this.#waits.add(stop);
      release = begin({
        resolve: (value) => settle(() => resolve(value)),
        reject: (error) => settle(() => reject(error)),
      });
      if (isSettled) release();
    });
  }

  /** A group that ends with this one at the latest. */
  inner(): WaitGroup {
    const group = new WaitGroup();
    if (this.#isOver) group.end();
    else this.#waits.add(() => group.end());
    return group;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const stop of [...this.#waits]) stop();
    this.#waits.clear();
  }
}
