import type { CompiledConfiguration } from '../../../core/configuration/compiled.ts';
import { selectsHosts } from '../../../core/configuration/target-selector.ts';
import { alarmsByComponent } from '../../../core/verification/observed-components.ts';
import { allPeers } from '../../../core/watchdog/peer.ts';
import { isSilent } from '../../../core/watchdog/rounds.ts';
import type { ShardRecord } from '../../../core/watchdog/shard-record.ts';
import { shardOf } from '../../../core/watchdog/shards.ts';
import type { BaselineStore } from '../../../ports/baseline-store.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Deployment } from '../../../ports/deployment.ts';
import type { AlarmReader } from '../../../ports/observers.ts';
import type { WatchdogStore } from '../../../ports/watchdog-store.ts';
import { baselineStandings } from '../baselines.ts';

export interface SignsDeps {
  readonly configuration: CompiledConfiguration;
  readonly alarms: Pick<AlarmReader, 'states'>;
  readonly watchdog: Pick<WatchdogStore, 'listPeers' | 'listShards'>;
  readonly baselines: Pick<BaselineStore, 'readShards'>;
  readonly deployment: Pick<Deployment, 'nodes'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** One thing that was looked at. */
export interface Sign {
  readonly subject: string;
  /** `neutral` proves nothing, `unknown` should have answered and did not. */
  readonly verdict: 'healthy' | 'unhealthy' | 'neutral' | 'unknown';
  /** What it says of itself. */
  readonly finding: string;
}

/** What says whether a component is healthy, each by the name under which it is reported if it can't be read. */
export function signSources(deps: SignsDeps, component: string) {
  return [
    ['alarms', () => alarmSigns(deps, component)],
    ['peers of the watchdog', () => peerSigns(deps, component)],
    ['baselines of anomalies', () => seriesSigns(deps, component)],
    ['managed nodes', () => nodeSigns(deps, component)],
  ] as const;
}

const VERDICTS = { OK: 'healthy', ALARM: 'unhealthy', INSUFFICIENT_DATA: 'neutral' } as const;

async function alarmSigns({ configuration, alarms }: SignsDeps, component: string): Promise<readonly Sign[]> {
  const own = alarmsByComponent(configuration).get(component) ?? [];
  if (own.length === 0) return [];
  const states = await alarms.states(own.map(({ name }) => name));
  return own.map(({ name }): Sign => {
    const state = states.get(name);
    const verdict = state === undefined ? 'unknown' : VERDICTS[state];
    return { subject: `alarm ${name}`, verdict, finding: state ?? 'does not exist' };
  });
}

async function peerSigns(
  { configuration, watchdog, clock }: SignsDeps,
  component: string,
): Promise<readonly Sign[]> {
  if (!configuration.watchdog.enabled) return [];
  const [registered, records] = await Promise.all([watchdog.listPeers(), watchdog.listShards()]);
  const nowMs = clock.nowMs();
  const intervalMs = configuration.watchdog.intervalSeconds * 1_000;
  return allPeers(configuration, registered)
    .filter((peer) => peer.component === component)
    .map(({ name }) => {
      const own = shardOf(name, configuration.watchdog.shards);
      const record = records.find(({ shard }) => shard === own);
      return { subject: `peer ${name}`, ...peerFinding(name, record, intervalMs, nowMs) };
    });
}

function peerFinding(
  name: string,
  record: ShardRecord | undefined,
  intervalMs: number,
  nowMs: number,
): Omit<Sign, 'subject'> {
  if (!record) return { verdict: 'unknown', finding: 'the watchdog has not had a round yet' };
  const { roundAtMs, states } = record;
  if (isSilent(roundAtMs, intervalMs, nowMs))
    return {
      verdict: 'unknown',
      finding: `the watchdog had its last round at ${new Date(roundAtMs).toISOString()}`,
    };
  // A record has states only of peers that are not steady.
  const { status } = states[name] ?? { status: 'HEALTHY' };
  return { verdict: status === 'HEALTHY' ? 'healthy' : 'unhealthy', finding: status };
}

async function seriesSigns(deps: SignsDeps, component: string): Promise<readonly Sign[]> {
  return (await baselineStandings(deps, component)).map(({ series, samples, open }): Sign => {
    if (open)
      return { subject: `series ${series}`, verdict: 'unhealthy', finding: `anomalous (${open.tier})` };
    // What is usual proves nothing: a dead process may have an ordinary load.
    return {
      subject: `series ${series}`,
      verdict: samples === 0 ? 'unknown' : 'neutral',
      finding: samples === 0 ? 'not read yet' : 'as usual',
    };
  });
}

async function nodeSigns(
  { configuration, deployment }: SignsDeps,
  component: string,
): Promise<readonly Sign[]> {
  const targets = configuration.components[component]?.targets;
  if (!targets || !selectsHosts(targets)) return [];
  const nodes = await deployment.nodes(targets);
  const missing = 'instanceIds' in targets ? targets.instanceIds : [];
  return [
    ...nodes.map(({ instanceId, ping }): Sign => {
      const isOnline = ping === 'Online';
      return { subject: `node ${instanceId}`, verdict: isOnline ? 'neutral' : 'unhealthy', finding: ping };
    }),
    ...missing
      .filter((id) => !nodes.some(({ instanceId }) => instanceId === id))
      .map((id): Sign => ({ subject: `node ${id}`, verdict: 'unhealthy', finding: 'is not a managed node' })),
  ];
}
