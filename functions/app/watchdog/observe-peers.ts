import type { PeerCheck, WatchedPeer } from '../../core/watchdog/peer.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { HttpProber, ProbeResult, TcpProber } from '../../ports/watchdog-probers.ts';
import { inParallel } from '../in-parallel.ts';

export interface ObserveDeps {
  readonly http: HttpProber;
  readonly tcp: TcpProber;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets'>;
  readonly clock: Clock;
}

/** The outcome of every peer's heartbeat, by the peer's name. */
export type Observations = ReadonlyMap<string, ProbeResult>;

/**
 * Sends every peer a heartbeat, `concurrency` at a time; peers that did not answer last time come last, so that a
 * hanging peer holds up no healthy one. Agents are looked up together, once: SSM describes many nodes in one request.
 *
 * @param late names of the peers that did not answer last time
 */
export async function observePeers(
  deps: ObserveDeps,
  peers: readonly WatchedPeer[],
  late: ReadonlySet<string>,
  maxConcurrentProbes: number,
): Promise<Observations> {
  const results = new Map<string, ProbeResult>();
  const agents = peers.flatMap(({ name, check, timeoutMs }) =>
    check.kind === 'agent' ? [{ name, instanceId: check.instanceId, timeoutMs }] : [],
  );
  const byNetwork = peers.flatMap(({ name, check, timeoutMs }) =>
    check.kind === 'agent' ? [] : [{ name, check, timeoutMs }],
  );
  const inOrder = [
    ...byNetwork.filter(({ name }) => !late.has(name)),
    ...byNetwork.filter(({ name }) => late.has(name)),
  ];
  await Promise.all([
    inParallel(inOrder, maxConcurrentProbes, async (peer) => {
      results.set(peer.name, await probe(deps, peer));
    }),
    askForAgents(deps, agents).then((answers) => {
      for (const [name, result] of answers) results.set(name, result);
    }),
  ]);
  return results;
}

interface NetworkPeer {
  readonly check: Exclude<PeerCheck, { readonly kind: 'agent' }>;
  readonly timeoutMs: number;
}

async function probe({ http, tcp }: ObserveDeps, { check, timeoutMs }: NetworkPeer): Promise<ProbeResult> {
  return check.kind === 'http'
    ? await http.probe(check.url, timeoutMs)
    : await tcp.probe(check.host, check.port, timeoutMs);
}

interface AgentPeer {
  readonly name: string;
  readonly instanceId: string;
  readonly timeoutMs: number;
}

/** Without an answer from the API, nothing is known of the agents. */
async function askForAgents(
  deps: ObserveDeps,
  peers: readonly AgentPeer[],
): Promise<readonly (readonly [string, ProbeResult])[]> {
  if (peers.length === 0) return [];
  const startMs = deps.clock.nowMs();
  const longestMs = Math.max(...peers.map(({ timeoutMs }) => timeoutMs));
  const instanceIds = [...new Set(peers.map(({ instanceId }) => instanceId))];
  const answer = await Promise.race([
    deps.runbooks.resolveTargets({ instanceIds }).catch((error: unknown) => String(error)),
    deps.clock.sleep(longestMs).then(() => `no answer from SSM in ${longestMs} ms`),
  ]);
  const responseMs = deps.clock.nowMs() - startMs;
  if (typeof answer === 'string') {
    return peers.map(({ name }) => [name, { outcome: 'unchecked', problem: answer }]);
  }
  const nodes = new Map(answer.map((node) => [node.instanceId, node]));
  return peers.map(({ name, instanceId }) => {
    const node = nodes.get(instanceId);
    if (!node) return [name, { outcome: 'unchecked', problem: 'SSM knows no managed node of this id' }];
    return [
      name,
      node.online
        ? { outcome: 'answered', responseMs }
        : { outcome: 'missed', problem: 'its agent is not online' },
    ];
  });
}
