import { ServiceUnavailable, StoreUnavailable } from '../../../functions/ports/errors.ts';
import type { InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { Random } from '../../../local/embedded/random/seeded-random.ts';

export const FAULTS = [
  'throttled',
  'answer lost',
  'doubled',
  'crash before',
  'crash after',
  'interference before',
  'interference after',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Which fault the next call meets, if any. */
export type NextFault = (call: string) => Fault | undefined;

/** Ports whose calls reach a person or the execution, and have no effect on a target. */
const BYSTANDERS = new Set(['metrics', 'events', 'notifier']);

/** Calls of a service that has no token: what someone changes between a read and the write after it cannot be seen. */
export interface Gap {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/**
 * Lets the calls of one invocation meet faults. A port that only announces meets none, and nobody interferes in a gap.
 *
 * @param count in how many sandboxes it runs at the same time
 * @returns one for each sandbox
 */
export function withFaults(
  next: NextFault,
  interfere: () => void,
  { reads, writes }: Gap,
  count: number,
): readonly InterceptCall[] {
  /** Sandboxes that have begun to read, or to write, last. */
  const inGap = new Set<number>();
  const interfereUnseen = () => {
    if (inGap.size === 0) interfere();
  };
  return Array.from({ length: count }, (_, sandbox) => {
    let isDue = false;
    const intercept = faulty(
      (call) => {
        const fault = next(call);
        // Whether a write follows is known at the next call.
        const isPutOff = fault === 'interference after' && reads.includes(call);
        isDue ||= isPutOff;
        return isPutOff ? undefined : fault;
      },
      interfereUnseen,
      (call) => {
        if (reads.includes(call)) inGap.add(sandbox);
      },
      (call) => {
        if (writes.includes(call)) inGap.delete(sandbox);
      },
    );
    return async (asked, proceed, crash) => {
      if (writes.includes(`${asked.port}.${asked.method}`)) inGap.add(sandbox);
      else inGap.delete(sandbox);
      if (isDue) interfereUnseen();
      isDue = false;
      return await intercept(asked, proceed, crash);
    };
  });
}

/**
 * @param begin called when a call is made
 * @param end called when it has had its effect
 */
function faulty(
  next: NextFault,
  interfere: () => void,
  begin: (call: string) => void,
  end: (call: string) => void,
): InterceptCall {
  return async ({ port, method }, proceeding, crash) => {
    if (BYSTANDERS.has(port)) return await proceeding();
    const call = `${port}.${method}`;
    const unavailable = (why: string) =>
      port === 'store' ? new StoreUnavailable(`${call}: ${why}`) : new ServiceUnavailable(`${call}: ${why}`);
    const proceed = async () => {
      begin(call);
      try {
        return await proceeding();
      } finally {
        end(call);
      }
    };
    switch (next(call)) {
      case 'throttled':
        throw unavailable('throttled');
      case 'answer lost':
        await proceed().catch(() => undefined);
        throw unavailable('its answer was lost');
      case 'doubled':
        return (await Promise.all([proceed(), proceed().catch(() => undefined)]))[0];
      case 'crash before':
        return await crash();
      case 'crash after':
        await proceed().catch(() => undefined);
        return await crash();
      case 'interference before':
        interfere();
        return await proceed();
      case 'interference after': {
        const answer = await proceed();
        interfere();
        return answer;
      }
      case undefined:
        return await proceed();
    }
  };
}

/** Each call meets a fault with the same probability. */
export function faultsAtRandom(random: Random, probability: number): NextFault {
  return () => (random() < probability ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined);
}

/** One call meets one fault: the one with this number, from 0. */
export function oneFault(number: number, fault: Fault): NextFault & { readonly calls: () => number } {
  let calls = 0;
  const next = () => {
    calls += 1;
    return calls - 1 === number ? fault : undefined;
  };
  return Object.assign(next, { calls: () => calls });
}
