export interface QueuedTimer {
  readonly dueMs: number;
  /** Grows with every timer: of two that are due at once, the older fires first. */
  readonly sequence: number;
  readonly background: boolean;
  readonly callback: () => void;
  /** Fired or cancelled. */
  isOver: boolean;
}

/** Timers by due time, then by age: a binary heap. Cancelled ones are dropped when they come up. */
export class TimerQueue {
  readonly #heap: QueuedTimer[] = [];

  push(timer: QueuedTimer): void {
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = timer;
  }

  /** The next timer that is not cancelled; it stays in the queue. */
  peek(): QueuedTimer | undefined {
    while (this.#heap[0]?.isOver) this.#removeFirst();
    return this.#heap[0];
  }

  pop(): QueuedTimer | undefined {
    const first = this.peek();
    if (first !== undefined) this.#removeFirst();
    return first;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = smaller(heap, left, right);
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(one: QueuedTimer, other: QueuedTimer): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.sequence < other.sequence);
}

function smaller(heap: readonly QueuedTimer[], left: number, right: number): number {
  const one = heap[left];
  const other = heap[right];
  return one !== undefined && other !== undefined && isBefore(other, one) ? right : left;
}
