import { createConnection } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { ProbeResult, TcpProber } from '../../ports/watchdog-probers.ts';
import type { PeerAddresses } from '../http/peer-addresses.ts';
import { attemptPeer, problemOf } from '../http/peer-attempt.ts';

/** TcpProber over Node's own sockets: nothing is sent, and the connection is closed as soon as it is established. */
export function createTcpProber(addresses: PeerAddresses): TcpProber {
  return {
    probe: async (host, port, timeoutMs) => {
      const startMs = performance.now();
      return await attemptPeer(addresses, host, timeoutMs, ({ address, family }) => {
        const socket = createConnection({ host: address, port, family });
        const done = new Promise<ProbeResult>((resolve, reject) => {
          socket.on('error', reject);
          socket.on('connect', () => {
            resolve({ outcome: 'answered', responseMs: Math.round(performance.now() - startMs) });
          });
        });
        done.catch(problemOf);
        // A connection is the answer.
        return { done, isConnected: () => false, abandon: () => socket.destroy() };
      });
    },
  };
}
