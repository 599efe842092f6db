import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';
import { type MissReason, missReasonOf } from '../../core/watchdog/miss-reason.ts';
import type { ProbeResult } from '../../ports/watchdog-probers.ts';
import { AddressRefused, type PeerAddress, type PeerAddresses } from './peer-addresses.ts';

/** An attempt under way that can be abandoned. */
interface Attempt {
  readonly done: Promise<ProbeResult>;
  /** Whether the peer has accepted the connection. */
  readonly isConnected: () => boolean;
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
          : missed(`no answer in ${timeoutMs} ms`, attempt && silenceOf(attempt)),
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
    return missed(problemOf(error), missReasonOf(codeOf(error)));
  } finally {
    clearTimeout(timer);
    attempt?.abandon();
  }
}

export function missed(problem: string, reason: MissReason | undefined): ProbeResult {
  return { outcome: 'missed', problem, ...(reason && { reason }) };
}

/** A process that hangs still has its connections accepted by the kernel; a host that is off, or cut off, does not. */
function silenceOf({ isConnected }: Attempt): MissReason {
  return isConnected() ? 'NO_ANSWER' : 'ETIMEDOUT';
}

/** The error's code, such as ECONNREFUSED or CERT_HAS_EXPIRED, else its message. */
export function problemOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** Every name resolves to the address that was checked. */
export function lookupOf({ address, family }: PeerAddress): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}
