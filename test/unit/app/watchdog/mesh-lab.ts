import { setImmediate as macrotask } from 'node:timers/promises';
import { createMemoryWatchdogStore } from '../../../../functions/adapters/memory/watchdog-store.ts';
import {
  type WatchedMinute,
  type WatchMinuteDeps,
  watchMinute,
} from '../../../../functions/app/watchdog/watch-minute.ts';
import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import type { WatchdogEvent } from '../../../../functions/core/watchdog/announce.ts';
import type { Clock } from '../../../../functions/ports/clock.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { RoundFigures } from '../../../../functions/ports/watchdog-announcers.ts';
import type { ProbeResult } from '../../../../functions/ports/watchdog-probers.ts';
import type { WatchdogStore } from '../../../../functions/ports/watchdog-store.ts';

/** A whole minute of the clock. */
export const START_MS = Date.UTC(2026, 10, 22, 13, 30);

/** Time that passes only when everybody waits for it. */
interface VirtualClock extends Clock {
  /** Lets time pass until the work is done. */
  readonly run: <Result>(work: Promise<Result>) => Promise<Result>;
  readonly set: (nowMs: number) => void;
}

function virtualClock(): VirtualClock {
  let now = START_MS;
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  return {
    nowMs: () => now,
    sleep: (milliseconds) =>
      new Promise<void>((wake) => {
        sleepers.push({ atMs: now + milliseconds, wake });
      }),
    set: (nowMs) => {
      now = nowMs;
    },
    run: async (work) => {
      let isDone = false;
      const done = work.finally(() => {
        isDone = true;
      });
      done.catch(() => undefined);
      for (;;) {
        await macrotask();
        if (isDone) return await done;
        sleepers.sort((a, b) => a.atMs - b.atMs);
        const next = sleepers.shift();
        if (!next) throw new Error('nobody sleeps, and the work is not done');
        now = Math.max(now, next.atMs);
        next.wake();
      }
    },
  };
}

const ANSWERED: ProbeResult = { outcome: 'answered', responseMs: 7 };
const MISSED: ProbeResult = { outcome: 'missed', problem: 'ECONNREFUSED' };

/** A watchdog whose peers, bus and time the test holds. */
export interface MeshLab {
  readonly clock: VirtualClock;
  readonly store: WatchdogStore;
  /** URLs and `host:port`s that don't answer; by vantage point, or to anybody. */
  readonly dark: Map<string, Set<string>>;
  /** What was published, in order. */
  readonly events: WatchdogEvent[];
  readonly figures: RoundFigures[];
  readonly asked: string[];
  /** While `true`, nothing can be published. */
  busIsDown: boolean;
  readonly deps: (vantagePoint?: string) => WatchMinuteDeps;
  /** One invocation, begun `atSeconds` after the start. */
  readonly minute: (atSeconds: number, vantagePoint?: string, shard?: number) => Promise<WatchedMinute>;
  /** `subject: action` of every escalation and recovery that was published. */
  readonly said: () => readonly string[];
}

export function meshLab(configuration: CompiledConfiguration, store = createMemoryWatchdogStore()): MeshLab {
  const clock = virtualClock();
  const lab: MeshLab = {
    clock,
    store,
    dark: new Map([['anybody', new Set()]]),
    events: [],
    figures: [],
    asked: [],
    busIsDown: false,
    deps: (vantagePoint = 'outside') => {
      const probe = async (endpoint: string): Promise<ProbeResult> => {
        lab.asked.push(endpoint);
        const isDark = [vantagePoint, 'anybody'].some((observer) => lab.dark.get(observer)?.has(endpoint));
        return isDark ? MISSED : ANSWERED;
      };
      return {
        configuration,
        watchdog: store,
        clock,
        http: { probe },
        tcp: { probe: (host, port) => probe(`${host}:${port}`) },
        runbooks: { resolveTargets: async () => [] },
        watchdogMetrics: { roundEnded: (figures) => lab.figures.push(figures) },
        watchdogEvents: {
          publish: async (events) => {
            if (lab.busIsDown) throw new ServiceUnavailable('EventBridge: ThrottlingException');
            lab.events.push(...events);
          },
        },
      };
    },
    minute: (atSeconds, vantagePoint, shard = 0) => {
      clock.set(Math.max(clock.nowMs(), START_MS + atSeconds * 1_000));
      return clock.run(watchMinute(lab.deps(vantagePoint), { shard, vantagePoint }));
    },
    said: () =>
      lab.events.flatMap(({ detailType, detail }) => {
        const subject = detail['peerName'] ?? detail['vantagePoint'];
        if (detailType === 'Selfheal Watchdog Escalation') return [`${subject}: ${detail['action']}`];
        return detailType === 'Selfheal Watchdog Recovery' ? [`${subject}: recovery`] : [];
      }),
  };
  return lab;
}

/** The address by which the lab knows whether the peer `name` is dark. */
export const urlOf = (name: string) => `http://${name}.example.com/health`;
