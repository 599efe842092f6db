import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { climb, type PeerState, steadyState } from '../../../functions/core/watchdog/ladder.ts';
import type { MetricData } from '../../../functions/ports/metric-data.ts';
import { configured } from '../../factories/configuration.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../factories/ports/world.ts';
import { ALARM_METRICS, alarmName } from './alarm-states.ts';
import { HEAP_MB } from './chain.ts';
import { DEPENDS_ON, SERVICES, type Service } from './landscape.ts';
import type { PeriodFigures } from './period-meter.ts';
import type { RecordedCase } from './recorded-case.ts';

/** A period of the chain stands for a minute. */
const MINUTE_MS = 60_000;
/** The beginning of a period. */
export const timeOf = (period: number) => NOON + period * MINUTE_MS;

/** Whether a piece of monitoring is there: of three, one may be missing. */
export type IsWatched = (what: string) => boolean;

const metricOf = (service: Service, part: string) => ({
  ...{ namespace: 'Shop', metricName: part, dimensions: { service } },
});

/** Each on a host of its own. */
const hostOf = (service: Service) => `i-0000000000000000${SERVICES.indexOf(service)}`;

/** How an operator would configure Selfheal for the chain. */
function configurationOf(isWatched: IsWatched): CompiledConfiguration {
  const alarmsOf = (service: Service) =>
    Object.fromEntries(
      ALARM_METRICS.filter((metric) => isWatched(`${metric} of ${service}`)).map((metric) => [
        metric.replace('_', '-'),
        { adopt: alarmName(service, metric), metric },
      ]),
    );
  return configured({
    settings: { maxConcurrentRepairs: 10 },
    components: Object.fromEntries(
      SERVICES.map((service) => [
        service,
        {
          targets: { instanceIds: [hostOf(service)] },
          dependsOn: DEPENDS_ON[service],
          alarms: alarmsOf(service),
          signals: ['error_rate', 'latency_p99', 'heartbeat'],
          ...(isWatched(`traffic of ${service}`) && {
            traffic: {
              requests: metricOf(service, 'requests'),
              failures: metricOf(service, 'failures'),
              latency: { ...metricOf(service, 'latency'), unit: 'milliseconds' },
            },
          }),
          ...(isWatched(`changes of ${service}`) && { changes: { graceSeconds: 60 } }),
        },
      ]),
    ),
    peers: Object.fromEntries(
      SERVICES.filter((service) => isWatched(`heartbeat of ${service}`)).map((service) => [
        service,
        { component: service, url: `http://10.0.0.1/${service}` },
      ]),
    ),
    strategies: [
      {
        id: 'roll-back',
        trigger: { causes: ['BAD_DEPLOYMENT', 'BAD_CONFIG'] },
        actions: [{ type: 'invoke_function', params: { function: 'roll-back', rollsChangeBack: true } }],
      },
      {
        id: 'clear-disk',
        trigger: { causes: ['DISK_FULL'] },
        actions: [{ type: 'clear_temp_files' }],
      },
      {
        id: 'renew-certificate',
        trigger: { causes: ['CERT_EXPIRED'] },
        actions: [{ type: 'invoke_function', params: { function: 'renew' } }],
      },
      {
        id: 'restart',
        trigger: {
          metrics: [...ALARM_METRICS],
        },
        actions: [{ type: 'start_component', params: { mode: 'restart' } }],
      },
      {
        id: 'start',
        trigger: { statuses: ['OFFLINE'] },
        actions: [{ type: 'start_component', params: { mode: 'restart' } }],
      },
    ],
  });
}

export interface Watched {
  readonly world: World;
  /** Sets the time to the end of a period, and makes known what is known by then. */
  readonly advance: (period: number) => Promise<void>;
}

/** Selfheal as it is deployed, over what was measured. */
export function selfhealOver(recorded: RecordedCase, isWatched: IsWatched): Watched {
  const configuration = configurationOf(isWatched);
  const world = {
    ...createWorld(configuration),
    metricData: metricDataOf(recorded, isWatched),
  };
  const noted = new Set<number>();
  return {
    world: {
      ...world,
      clock: { ...world.clock, nowMs: () => world.clock.now, sleep: () => new Promise(() => undefined) },
    },
    advance: async (period) => {
      world.clock.now = timeOf(period + 1) + 5_000;
      await world.watchdog.saveRound(
        {
          ...{
            shard: 0,
            roundAtMs: timeOf(period + 1),
            seenAtMs: 0,
            startedAtMs: 0,
            peerCount: SERVICES.length,
          },
          ...{ totals: { checks: 0, misses: 0, restarts: 0, isolations: 0 }, observers: {}, pending: [] },
          responses: { roster: '', milliseconds: [] },
          states: Object.fromEntries(
            SERVICES.filter((service) => isWatched(`heartbeat of ${service}`)).map((service) => [
              service,
              peerState(recorded, service, period),
            ]),
          ),
        },
        (await world.watchdog.readShard(0))?.roundAtMs,
      );
      for (const [index, { service, kind, at }] of recorded.changes.entries()) {
        if (noted.has(index) || at > period) continue;
        noted.add(index);
        const change = {
          ...({ component: service, source: 'pipeline', kind, changeId: `run-${index}` } as const),
          summary: `${kind} of ${service}`,
        };
        await world.changes.recordChange({ ...change, phase: 'started', atMs: timeOf(at) });
        await world.changes.recordChange({ ...change, phase: 'finished', atMs: timeOf(at + 1) });
      }
    },
  };
}

/** Where the watchdog's ladder is at the end of a period. */
export function peerState({ series }: RecordedCase, service: Service, period: number): PeerState {
  const limits = {
    ...{ missesBeforeRestart: 3, restartsBeforeIsolation: 3, restartGraceMs: 60 * MINUTE_MS },
    forgetRestartsAfterMs: MINUTE_MS,
  };
  const state = series[service].heartbeats
    .slice(0, period + 1)
    .reduce(
      (state, isAnswered, index) =>
        climb(state, isAnswered ? 'answered' : 'missed', limits, timeOf(index + 1)).state,
      steadyState(timeOf(0)),
    );
  const missedFor = series[service].heartbeats[period] ? undefined : series[service].missedFor[period];
  return { ...state, ...(missedFor && { missedFor }) };
}

/** The heap of a process is limited to three quarters of its host's memory, as is usual for Node.js. */
const HOST_MB = HEAP_MB / 0.75;

/** What EC2 and CloudWatch's agent publish of a host, in percent. The two cores are shared: a busy loop is a busy host. */
function hostMetric(metricName: string, { cpu, memoryMb, disk }: PeriodFigures): number {
  if (metricName === 'CPUUtilization') return 100 * cpu;
  return metricName === 'mem_used_percent' ? Math.min(100, (100 * memoryMb) / HOST_MB) : 100 * disk;
}

function metricDataOf({ series }: RecordedCase, isWatched: IsWatched): MetricData {
  return {
    read: async (queries) => ({
      notes: [],
      reads: queries.map(({ source, window }) => {
        if (source.kind !== 'metric') return undefined;
        const { namespace, metricName, dimensions } = source.metric;
        const host = SERVICES.find((service) => hostOf(service) === dimensions['InstanceId']);
        const { figures } = series[host ?? (dimensions['service'] as Service)];
        if (host && !isWatched(`${namespace} of ${host}`))
          return { points: [], completeUntilMs: window.endMs };
        const points = figures.flatMap((one, period) => {
          const atMs = timeOf(period);
          if (!one || atMs < window.startMs || atMs >= window.endMs) return [];
          if (host) return [{ atMs, value: hostMetric(metricName, one) }];
          const { requests, failures, latencyMs } = one;
          if (metricName === 'requests') return [{ atMs, value: requests }];
          if (metricName === 'failures') return failures === 0 ? [] : [{ atMs, value: failures }];
          return requests === 0 ? [] : [{ atMs, value: latencyMs / requests }];
        });
        return { points, completeUntilMs: window.endMs };
      }),
    }),
  };
}
