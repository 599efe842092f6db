import { answers } from '../measurements.ts';
import { runRunbook } from '../run-runbook.ts';
import { installPythonService, succeed } from '../services/python-service.ts';
import { isAlarm, isEnd, type TimelineEntry } from '../timeline.ts';
import { beginEpisode, type Episode } from './episode.ts';
import type { Check, Incident, IncidentOutcome, Stage } from './incident.ts';

const LEDGER = '/var/lib/payments/ledger.json';
/** Two attempts and the isolation follow one another at the pace of the reconciler, once a minute. */
const LADDER_SECONDS = 240;

/** A service that dies at every start: two restarts fail, then the host is isolated and people are called. */
export const deadService: Incident = {
  name: 'dead service',
  component: 'payments',
  expected: '2 restarts FAILED, isolated, ATTEMPTS_SPENT',
  prepare: async ({ hosts: { payments } }) => {
    await payments.writeFile(LEDGER, '{"accounts": ["alice", "bob"]}\n');
    await installPythonService(payments, 'payments');
    await installPythonService(payments, 'exporter');
  },
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const host = stage.hosts.payments;
  const exporter = `http://${host.ip}:9100/`;
  const openBefore = await answers(exporter);
  const episode = beginEpisode(stage, 'payments', 'its ledger is damaged: it dies at every start');
  await host.writeFile(LEDGER, '{"accounts": ["alice", ');
  await succeed(host, 'systemctl kill --signal=SIGKILL payments.service');

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
    (entry) => entry.state === 'ATTEMPTS_SPENT',
  );
  const spent = 'Selfheal has spent its attempts on payments';
  await episode.first('word to the architect', 30, ({ kind, why }) => kind === 'notice' && why === spent);

  const restarts = episode.entries().filter((entry) => isEnd(entry) && entry.strategyId === 'restart');
  const isIsolated = isolation.state === 'SUCCEEDED';
  const failures = restarts.filter(({ state }) => state === 'FAILED').length;
  return {
    got: `${failures} restarts FAILED, ${isIsolated ? 'isolated' : `isolation ${isolation.state}`}, ${refusal.state}`,
    detectMs: alarm.atMs - episode.brokenAtMs,
    healMs: end.atMs - alarm.atMs,
    checks: [...(await isolationChecks(stage, openBefore)), ...noticeChecks(episode, refusal)],
  };
}

function isEndOf(entry: TimelineEntry, { operationId }: TimelineEntry): boolean {
  return isEnd(entry) && entry.operationId === operationId;
}

async function isolationChecks(
  { cloud, hosts, signal }: Stage,
  openBefore: boolean,
): Promise<readonly Check[]> {
  const host = hosts.payments;
  const openAfter = await answers(`http://${host.ip}:9100/`);
  // The exporter has nothing to do with the fault, and runs on: only the network stands between it and us.
  const parameters = {
    service: 'exporter.service',
    url: 'http://127.0.0.1:9100/',
    stableSeconds: '0',
    timeoutSeconds: '5',
  };
  const call = { document: 'selfheal-verify-health', component: 'exporter', parameters };
  const managed = await runRunbook(cloud.ssm, host, call, signal).then(
    () => true,
    () => false,
  );
  return [
    {
      what: `port 9100 from outside: ${openBefore ? 'open' : 'closed'} before, ${openAfter ? 'open' : 'closed'} after`,
      ok: openBefore && !openAfter,
    },
    {
      what: `a runbook sent through SSM still runs there, and finds port 9100 open on loopback: ${managed ? 'yes' : 'no'}`,
      ok: managed,
    },
  ];
}

function noticeChecks(episode: Episode, { eligibleAtMs }: TimelineEntry): readonly Check[] {
  const notices = episode.entries().filter(({ kind }) => kind === 'notice');
  const eligible = eligibleAtMs === undefined ? 'never' : new Date(eligibleAtMs).toTimeString().slice(0, 8);
  return [
    {
      what: `the architect was told ${notices.length} times, the last time that all attempts are spent`,
      ok: notices.length > 0,
    },
    { what: `the next alarm was refused, until ${eligible}`, ok: eligibleAtMs !== undefined },
  ];
}
