import { createMemoryBaselineStore } from '../../../../functions/adapters/memory/baseline-store.ts';
import {
  type CurrentIssuesDeps,
  currentIssues,
} from '../../../../functions/app/queries/issues/current-issues.ts';
import type { PeerStatus } from '../../../../functions/core/watchdog/ladder.ts';
import { configured, memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

type Parts = NonNullable<Parameters<typeof configured>[0]>;

/** A fleet of one component with an alarm, and no watchdog. */
export const ONE = { watchdog: { enabled: false }, components: { web: withMemoryAlarm() } };

/** A world with what issues are read from, whose hosts are online. */
export function worldOf(parts: Parts = {}) {
  const baselines = createMemoryBaselineStore();
  const deployment = { nodes: async () => [{ instanceId: NODE, ping: 'Online', agentVersion: '3.3.0.0' }] };
  return { ...createWorld(configured({ ...ONE, ...parts })), baselines, deployment };
}

/** Turns an alarm red. */
export function redden(world: World, name = memoryAlarm(), sinceMs = NOON): void {
  world.alarms.named.set(name, 'ALARM');
  world.alarms.since.set(name, sinceMs);
}

/** Keeps a round of the watchdog in which these peers were not healthy. */
export async function round(world: World, states: Readonly<Record<string, PeerStatus>> = {}): Promise<void> {
  await world.watchdog.saveRound(
    {
      ...{ shard: 0, roundAtMs: world.clock.now, seenAtMs: world.clock.now, startedAtMs: 0, peerCount: 1 },
      totals: { checks: 1, misses: 0, restarts: 0, isolations: 0 },
      states: Object.fromEntries(
        Object.entries(states).map(([name, status]) => [
          name,
          { status, missedCount: 2, restartCount: 0, lastSeenMs: NOON - 60_000 },
        ]),
      ),
      ...{ observers: {}, responses: { roster: '', milliseconds: [] }, pending: [] },
    } as never,
    undefined,
  );
}

/** The priority, the subject and the outlook of each issue. */
export const found = async (deps: CurrentIssuesDeps) =>
  (await currentIssues(deps)).issues.map(({ priority, subject, outlook }) => [
    priority,
    subject,
    outlook?.kind === 'refused' ? outlook.refusal.reason : outlook?.kind,
  ]);
