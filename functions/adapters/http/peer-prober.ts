import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { performance } from 'node:perf_hooks';
import { missReasonOfStatus } from '../../core/watchdog/miss-reason.ts';
import type { HttpProber, ProbeResult } from '../../ports/watchdog-probers.ts';
import type { PeerAddresses } from './peer-addresses.ts';
import { attemptPeer, lookupOf, missed, problemOf } from './peer-attempt.ts';

const HEALTHY_STATUS = 200;

export interface HttpProberProps {
  readonly addresses: PeerAddresses;
  /** Certificates in PEM that are trusted in addition to the usual ones. @default none */
  readonly trusted?: string;
}

/**
 * HttpProber over Node's own client. Each heartbeat uses a connection of its own, closed as soon as the status arrives:
 * redirects are not followed, bodies not read. Certificates are verified against the host's name.
 */
export function createHttpProber({ addresses, trusted }: HttpProberProps): HttpProber {
  // A pool for each origin, as `fetch` has, would keep 10,000 pools for connections that are never used again.
  const http = new HttpAgent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
  const https = new HttpsAgent({
    keepAlive: false,
    maxSockets: Number.POSITIVE_INFINITY,
    maxCachedSessions: 0,
    ...(trusted !== undefined && { ca: trusted }),
  });

  return {
    probe: async (url, timeoutMs) => {
      const parsed = URL.parse(url);
      if (!parsed) return { outcome: 'unchecked', problem: `${url} is not a URL` };
      const host = parsed.hostname.replace(/^\[|\]$/g, '');
      const isTls = parsed.protocol === 'https:';
      const startMs = performance.now();
      return await attemptPeer(addresses, host, timeoutMs, (address) => {
        const options = { lookup: lookupOf(address), headers: { 'user-agent': 'selfheal' } };
        const request = isTls
          ? httpsRequest(url, { ...options, agent: https })
          : httpRequest(url, { ...options, agent: http });
        let isConnected = false;
        const done = new Promise<ProbeResult>((resolve, reject) => {
          request.on('socket', (socket) => {
            socket.once('connect', () => {
              isConnected = true;
            });
          });
          request.on('error', reject);
          request.on('close', () => reject(new Error('closed without an answer')));
          request.on('response', ({ statusCode }) => {
            const responseMs = Math.round(performance.now() - startMs);
            resolve(
              statusCode === HEALTHY_STATUS
                ? { outcome: 'answered', responseMs }
                : missed(`status ${statusCode}`, missReasonOfStatus(statusCode)),
            );
          });
          request.end();
        });
        // Abandoned: nobody is waiting for it.
        done.catch(problemOf);
        return { done, isConnected: () => isConnected, abandon: () => request.destroy() };
      });
    },
  };
}
