import { type Judgement, judgeRound, type Round } from '../../../../functions/core/watchdog/judge-round.ts';
import type { WatchedPeer } from '../../../../functions/core/watchdog/peer.ts';
import type { VantageReport } from '../../../../functions/core/watchdog/votes.ts';

export const INTERVAL_MS = 30_000;
export const START_MS = Date.UTC(2026, 10, 22, 13, 30);

export function peerOf(name: string, overrides: Partial<WatchedPeer> = {}): WatchedPeer {
  return {
    name,
    check: { kind: 'http', url: `http://${name}.example.com/health` },
    timeoutMs: 5_000,
    limits: {
      missesBeforeRestart: 3,
      restartsBeforeIsolation: 3,
      restartGraceMs: 0,
      forgetRestartsAfterMs: 600_000,
    },
    component: name,
    targets: [],
    registeredAtMs: 0,
    ...overrides,
  };
}

export const peersOf = (...names: readonly string[]) => names.map((name) => peerOf(name));

/** What a vantage point saw: by name, the peers that it missed. */
export type Sight = Readonly<Record<string, readonly string[]>>;

/** Judges rounds one after another; each is given by what its vantage points missed. */
export function judgeAll(
  peers: readonly WatchedPeer[],
  vantagePoints: readonly string[],
  sights: readonly Sight[],
): readonly Judgement[] {
  let previous: Round['previous'];
  return sights.map((sight, index) => {
    const roundAtMs = START_MS + index * INTERVAL_MS;
    const reports = Object.entries(sight).map(
      ([vantagePoint, missed]): VantageReport => ({
        vantagePoint,
        roundAtMs,
        peersAsOfMs: roundAtMs,
        missed,
        unchecked: [],
      }),
    );
    const responseMs = new Map<string, number>();
    const nowMs = roundAtMs + 1_000;
    const round = { shard: 0, roundAtMs, nowMs, previous, peers, vantagePoints, reports, responseMs };
    const judgement = judgeRound(round);
    previous = { ...judgement.record, pending: [] };
    return judgement;
  });
}

/** `subject: action`, `subject: recovery`, `subject: reminder` or `vantage point: change`, for each announcement. */
export function saidIn({ announcements }: Judgement): readonly string[] {
  return announcements.map(({ subject, step }) => {
    if (step.kind === 'escalation') return `${subject}: ${step.action}`;
    return `${subject}: ${step.kind === 'observer' ? step.change : step.kind}`;
  });
}
