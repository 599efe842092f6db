/** The newest values of a series, in a ring. They are kept less the first one, so that 32 bits hold a byte count's noise. */
export type RecentValues = {
  ring: Float32Array;
  /** Where the next value goes. */
  next: number;
  count: number;
  origin: number;
};

export function noValues(capacity: number): RecentValues {
  return { ring: new Float32Array(capacity), next: 0, count: 0, origin: 0 };
}

export function remember(recent: RecentValues, value: number): void {
  if (recent.count === 0) recent.origin = value;
  recent.ring[recent.next] = value - recent.origin;
  recent.next = (recent.next + 1) % recent.ring.length;
  recent.count = Math.min(recent.count + 1, recent.ring.length);
}

/** Mean and standard deviation (of the population) of the newest values. */
export function momentsOf({ ring, next, count, origin }: RecentValues, newest = count): Moments {
  const taken = Math.min(newest, count);
  let sum = 0;
  for (let age = 1; age <= taken; age++) sum += ring[(next - age + ring.length) % ring.length] ?? 0;
  const mean = sum / taken;
  let squares = 0;
  for (let age = 1; age <= taken; age++) {
    squares += ((ring[(next - age + ring.length) % ring.length] ?? 0) - mean) ** 2;
  }
  return { mean: origin + mean, deviation: Math.sqrt(squares / taken) };
}

export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}
