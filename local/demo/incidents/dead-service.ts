import { duration } from '../report/columns.ts';
import { isAlarm, isEnd, type TimelineEntry } from '../timeline-entry.ts';
import { beginEpisode, type Episode } from './episode.ts';
import type { Check } from './hosts.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

/** Two attempts and the isolation follow each other at the pace of the reconciler, which on AWS runs once a minute. */
const LADDER_SECONDS = 240;

/**
 * A service that dies at every start: two restarts fail, then the host is isolated, if possible, and people are called.
 */
export const deadService: Incident = {
  name: 'dead service',
  component: 'payments',
  expected: ({ payments }) => outcome(2, payments.isolates, 'ATTEMPTS_SPENT'),
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const host = stage.hosts.payments;
  const observe = await host.observeIsolation();
  const episode = beginEpisode(stage, 'payments', 'its ledger is damaged: it dies at every start');
  await host.damageLedger();
  await host.kill();

  const alarm = await episode.first('error rate alarm', 90, isAlarm);
  const isolation = await episode.first(
    'isolation',
    LADDER_SECONDS,
    ({ kind, action }) => kind === 'step' && action === 'isolate_network',
  );
  const end = await episode.first('end of the isolation', 60, (entry) => isEndOf(entry, isolation));
  const refusal = await episode.first(
    'refusal of the next alarm',
    120,
    ({ state }) => state === 'ATTEMPTS_SPENT',
  );
  const spent = 'Selfheal has spent its attempts on payments';
  await episode.first('notice to the architect', 30, ({ kind, why }) => kind === 'notice' && why === spent);

  const restarts = episode.entries().filter((entry) => isEnd(entry) && entry.strategyId === 'restart');
  const failures = restarts.filter(({ state }) => state === 'FAILED').length;
  return {
    got: outcome(failures, isolation.state === 'SUCCEEDED', refusal.state),
    detectMs: alarm.atMs - episode.brokenAtMs,
    healMs: end.atMs - alarm.atMs,
    checks: [...(await observe(isolation)), ...noticeChecks(episode, refusal)],
  };
}

function outcome(failures: number, isolated: boolean, refusal: string): string {
  return `${failures} restarts FAILED, ${isolated ? 'isolated' : 'not isolated'}, ${refusal}`;
}

function isEndOf(entry: TimelineEntry, { operationId }: TimelineEntry): boolean {
  return isEnd(entry) && entry.operationId === operationId;
}

function noticeChecks(episode: Episode, { atMs, eligibleAtMs }: TimelineEntry): readonly Check[] {
  const notices = episode.entries().filter(({ kind }) => kind === 'notice');
  const wait = eligibleAtMs === undefined ? 'ever' : `another ${duration(eligibleAtMs - atMs)}`;
  return [
    {
      what: `the architect was notified ${notices.length} times; the last notice says that all attempts are spent`,
      ok: notices.length === 4,
    },
    { what: `the next alarm was refused, and so will others be for ${wait}`, ok: eligibleAtMs !== undefined },
  ];
}
