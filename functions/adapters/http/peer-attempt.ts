import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { ProbeResult } from '../../ports/watchdog-probers.ts';
import { AddressRefused, type PeerAddress, type PeerAddresses } from './peer-addresses.ts';

/** An attempt under way that can be abandoned. */
interface Attempt {
  readonly done: Promise<ProbeResult>;
  readonly abandon: () => void;
}

/** A timer that fires later than this shows that the process had no time to look at answers. */
const BUSY_MS = 500;

/**
 * One heartbeat: looks up the host, starts the attempt at its address, and gives up when the time is over.
 *
 * @param start called once, with the checked address
 */
export async function attemptPeer(
  addresses: PeerAddresses,
  host: string,
  timeoutMs: number,
  start: (address: PeerAddress) => Attempt,
): Promise<ProbeResult> {
  let attempt: Attempt | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const startMs = performance.now();
  const timedOut = new Promise<ProbeResult>((resolve) => {
    timer = setTimeout(() => {
      isOver = true;
      const lateMs = Math.round(performance.now() - startMs - timeoutMs);
      resolve(
        lateMs > BUSY_MS
          ? { outcome: 'unchecked', problem: `this process was too busy, for ${lateMs} ms, to see an answer` }
          : { outcome: 'missed', problem: `no answer in ${timeoutMs} ms` },
      );
    }, timeoutMs);
  });
  const asked = async (): Promise<ProbeResult> => {
    const address = await addresses.addressOf(host);
    if (isOver) return { outcome: 'missed', problem: 'too late' };
    attempt = start(address);
    return await attempt.done;
  };
  try {
    return await Promise.race([asked(), timedOut]);
  } catch (error) {
    if (error instanceof AddressRefused) return { outcome: 'unchecked', problem: error.message };
    return { outcome: 'missed', problem: problemOf(error) };
  } finally {
    clearTimeout(timer);
    attempt?.abandon();
  }
}

/** The error's code, such as ECONNREFUSED or CERT_HAS_EXPIRED, else its message. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}

/** Every name resolves to the address that was checked. */
export function lookupOf({ address, family }: PeerAddress): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}
