import { createHash } from 'node:crypto';
import type { EmbeddedClock } from '../../clock/embedded-clock.ts';
import { createSeededRandom, type Random } from '../../random/seeded-random.ts';

/** The inputs of functions that are not pure. */
export interface FunctionSources {
  readonly clock: Pick<EmbeddedClock, 'nowMs'>;
  readonly random: Random;
  readonly newId: () => string;
}

/** The functions that Step Functions adds to JSONata or replaces, and JSONata's two that read the time. */
export const STEP_FUNCTIONS_FUNCTIONS = [
  'partition',
  'range',
  'hash',
  'random',
  'uuid',
  'parse',
  'now',
  'millis',
] as const;

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
const MAXIMUM_RANGE = 1_000;

/**
 * The functions, by name.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
 */
export function stepFunctionsFunctions(sources: FunctionSources): Readonly<Record<string, unknown>> {
  return {
    partition: (items: readonly unknown[], size: number) => {
      if (!Array.isArray(items) || !isPositive(size))
        throw new TypeError('$partition(array, positive number)');
      const whole = Math.floor(size);
      return Array.from({ length: Math.ceil(items.length / whole) }, (_, index) =>
        items.slice(index * whole, (index + 1) * whole),
      );
    },
    range: (first: number, last: number, step: number) => {
      if (![first, last, step].every(Number.isFinite) || step === 0)
        throw new TypeError('$range(first, last, step other than 0)');
      const count = Math.max(0, Math.floor((last - first) / step) + 1);
      if (count > MAXIMUM_RANGE) throw new TypeError(`$range: ${count} items, ${MAXIMUM_RANGE} at most`);
      return Array.from({ length: count }, (_, index) => first + index * step);
    },
    hash: (text: unknown, algorithm: string) => {
      const name = HASHES[algorithm];
      if (name === undefined)
        throw new TypeError(`$hash: "${algorithm}" is none of ${Object.keys(HASHES).join(', ')}`);
      return createHash(name)
        .update(typeof text === 'string' ? text : JSON.stringify(text))
        .digest('hex');
    },
    random: (seed?: number) => (seed === undefined ? sources.random() : createSeededRandom(seed)()),
    uuid: () => sources.newId(),
    parse: (text: string) => JSON.parse(text) as unknown,
    now: (...picture: readonly unknown[]) => {
      if (picture.length > 0) throw new TypeError('$now accepts no picture here');
      return new Date(sources.clock.nowMs()).toISOString();
    },
    millis: () => sources.clock.nowMs(),
  };
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value >= 1;
}
