import { writeFile } from 'node:fs/promises';
import { beginEpisode, type Episode } from '../../incidents/episode.ts';
import type { Check, IncidentOutcome } from '../../incidents/incident.ts';
import { answers } from '../../measurements.ts';
import { isAlarm, isEnd, type TimelineEntry } from '../../timeline.ts';
import { kill } from '../hosts.ts';
import { type EmbeddedIncident, type EmbeddedStage, url } from '../stage.ts';

/**
 * A service that dies at every start: two restarts fail. Then its host would be isolated, which takes root and nftables:
 * here the runbook refuses before it changes anything, and people are called all the same.
 */
export const deadService: EmbeddedIncident = {
  incident: 'dead service',
  component: 'payments',
  expected: '2 restarts FAILED, not isolated, ATTEMPTS_SPENT',
  play,
};

async function play(stage: EmbeddedStage): Promise<IncidentOutcome> {
  const host = stage.hosts.payments;
  const episode = beginEpisode(stage, 'payments', 'its ledger is damaged: it dies at every start');
  await writeFile(host.path, '{"accounts": ["alice", ');
  kill(await host.pid());

  const alarm = await episode.first('error rate alarm', 60, isAlarm);
  const isolation = await episode.first('isolation', 60, ({ action }) => action === 'isolate_network');
  const end = await episode.first(
    'end of the isolation',
    30,
    (entry) => isEnd(entry) && entry.operationId === isolation.operationId,
  );
  const refusal = await episode.first('refusal', 60, ({ state }) => state === 'ATTEMPTS_SPENT');
  const spent = 'Selfheal has spent its attempts on payments';
  await episode.first('word to the architect', 30, ({ kind, why }) => kind === 'notice' && why === spent);

  const restarts = episode.entries().filter((entry) => isEnd(entry) && entry.strategyId === 'restart');
  const failures = restarts.filter(({ state }) => state === 'FAILED').length;
  const isolated = isolation.state === 'SUCCEEDED' ? 'isolated' : 'not isolated';
  return {
    got: `${failures} restarts FAILED, ${isolated}, ${refusal.state}`,
    detectMs: alarm.atMs - episode.brokenAtMs,
    healMs: end.atMs - alarm.atMs,
    checks: await checksOf(episode, isolation, refusal, url(host)),
  };
}

async function checksOf(
  episode: Episode,
  isolation: TimelineEntry,
  { eligibleAtMs }: TimelineEntry,
  address: string,
): Promise<readonly Check[]> {
  const notices = episode.entries().filter(({ kind }) => kind === 'notice');
  const eligible = eligibleAtMs === undefined ? 'never' : new Date(eligibleAtMs).toTimeString().slice(0, 8);
  return [
    {
      what: 'not isolated: that needs root; the runbook said so and changed nothing (--target ministack isolates)',
      ok: isolation.why.includes('UNSUPPORTED_MANAGER'),
    },
    { what: 'the service does not answer: nothing claims that it was healed', ok: !(await answers(address)) },
    {
      what: `the architect was told ${notices.length} times, the last time that all attempts are spent`,
      ok: notices.length === 4,
    },
    { what: `the next alarm was refused, until ${eligible}`, ok: eligibleAtMs !== undefined },
  ];
}
