const PROBE_TIMEOUT_MS = 900;

/** One address that is requested from outside, over and over. */
export interface Probe {
  readonly metricName: string;
  readonly component: string;
  readonly url: string;
}

/** Whether an address answers 200 within a second, over a connection of its own. */
export async function answers(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const { status, body } = await fetch(url, { signal, headers: { connection: 'close' } });
    await body?.cancel();
    return status === 200;
  } catch {
    return false;
  }
}
