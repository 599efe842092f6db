/**
 * Hands items over one at a time and in order. An item that fails stays first in line and is handed over again on the
 * next flush: CloudWatch guarantees that alarm state changes reach EventBridge.
 */
export class Outbox<T> {
  readonly #items: T[] = [];
  readonly #deliver: (item: T) => Promise<void>;
  #flushing: Promise<void> = Promise.resolve();

  constructor(deliver: (item: T) => Promise<void>) {
    this.#deliver = deliver;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  get size(): number {
    return this.#items.length;
  }

  /** Resolves when everything added before the call is delivered; rejects with the first failure. */
  flush(): Promise<void> {
    const run = this.#flushing.then(() => this.#drain());
    this.#flushing = run.catch(() => undefined);
    return run;
  }

  async #drain(): Promise<void> {
    for (let item = this.#items[0]; item !== undefined; item = this.#items[0]) {
      await this.#deliver(item);
      this.#items.shift();
    }
  }
}
