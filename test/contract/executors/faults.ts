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

/** Lets calls meet faults. A port that only announces meets none. */
export function withFaults(next: NextFault, interfere: () => void): InterceptCall {
  return async ({ port, method }, proceed, crash) => {
    if (BYSTANDERS.has(port)) return await proceed();
    const call = `${port}.${method}`;
    const unavailable = (why: string) =>
      port === 'store' ? new StoreUnavailable(`${call}: ${why}`) : new ServiceUnavailable(`${call}: ${why}`);
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
