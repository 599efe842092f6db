import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createWatchdogStore } from '../../../functions/adapters/dynamodb/watchdog-store.ts';
import { answers } from '../measurements.ts';
import { waitFor } from '../repeat.ts';
import { succeed } from '../services/python-service.ts';
import { isEnd, isHeartbeat } from '../timeline.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

const MAIN_PID = 'systemctl show --property=MainPID --value nginx.service';
const STATE = 'systemctl show --property=ActiveState --value nginx.service';
/** A schedule begins to count when it is deployed. */
const FIRST_ROUND_SECONDS = 120;
const OFFLINE_SECONDS = 60;

/** A service that is gone from one moment to the next, and that no alarm is set on: the watchdog misses it. */
export const killedService: Incident = {
  name: 'killed service',
  component: 'docs',
  expected: 'OFFLINE, COMPLETED, HEALTHY',
  prepare: async ({ hosts }) => {
    await succeed(hosts.docs, 'systemctl enable --now --quiet nginx');
  },
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const host = stage.hosts.docs;
  await watchdogAwake(stage);
  const pidBefore = await succeed(host, MAIN_PID);
  const episode = beginEpisode(stage, 'docs', 'nginx is killed; systemd is not told to start it again');
  await succeed(host, 'systemctl kill --signal=SIGKILL nginx.service');

  const offline = await episode.first(
    'three missed heartbeats',
    OFFLINE_SECONDS,
    (entry) => isHeartbeat(entry) && entry.state === 'OFFLINE',
  );
  const stayedDown = episode.entries().filter(isHeartbeat).length;
  const end = await episode.first('end of the operation', 90, isEnd);
  const back = await episode.first(
    'its heartbeat',
    30,
    (entry) => isHeartbeat(entry) && entry.tone === 'good',
  );
  const pidAfter = await succeed(host, MAIN_PID);
  return {
    got: `${offline.state}, ${end.state}, ${back.state}`,
    detectMs: offline.atMs - episode.brokenAtMs,
    healMs: end.atMs - offline.atMs,
    checks: [
      { what: `it was asked ${stayedDown} times in vain before anything was done`, ok: stayedDown === 3 },
      {
        what: `nginx.service is ${await succeed(host, STATE)}`,
        ok: (await succeed(host, STATE)) === 'active',
      },
      {
        what: `it is another process: ${pidBefore} before, ${pidAfter} after`,
        ok: pidAfter !== '0' && pidAfter !== pidBefore,
      },
      { what: '/ answers 200', ok: await answers(`http://${host.ip}/`) },
    ],
  };
}

async function watchdogAwake({ cloud: { aws, outputs }, signal }: Stage): Promise<void> {
  const client = new DynamoDBClient(aws);
  const store = createWatchdogStore({ client, tableName: outputs['TableName'] ?? '' });
  await waitFor('the first round of the watchdog', FIRST_ROUND_SECONDS, signal, () => store.readShard(0));
}
