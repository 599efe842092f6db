import type { EndpointProber } from '../../ports/observers.ts';

const HEALTHY_STATUS = 200;

/** EndpointProber over HTTP GET: redirects are not followed, bodies not read, certificates verified. */
export function createEndpointProber(fetchLike: typeof fetch = fetch): EndpointProber {
  return {
    probe: async (url, timeoutSeconds) => {
      try {
        const response = await fetchLike(url, {
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutSeconds * 1_000),
          headers: { 'user-agent': 'selfheal' },
        });
        await response.body?.cancel();
        return response.status === HEALTHY_STATUS ? 'good' : 'bad';
      } catch {
        return 'no-answer';
      }
    },
  };
}
