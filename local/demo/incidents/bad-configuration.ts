import { answers } from '../measurements.ts';
import { isAlarm, isEnd } from '../timeline-entry.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

/** A configuration that the server accepts but cannot serve is rolled out: the last one verified good is restored. */
export const badConfiguration: Incident = {
  name: 'bad configuration',
  component: 'web',
  expected: () => 'COMPLETED',
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const host = stage.hosts.web;
  const good = await host.configuration();
  const episode = beginEpisode(stage, 'web', 'a release with a typo in site.conf: every page is a 500');
  await host.breakConfiguration();

  const alarm = await episode.first('error rate alarm', 90, isAlarm);
  const broken = await statusOf(host.url('/'));
  const end = await episode.first('end of the operation', 120, isEnd);
  return {
    got: end.state,
    detectMs: alarm.atMs - episode.brokenAtMs,
    healMs: end.atMs - alarm.atMs,
    checks: [
      { what: `while the alarm was on, / answered ${broken}`, ok: broken === 500 },
      {
        what: `${host.configurationName} is the good one again, byte for byte`,
        ok: (await host.configuration()) === good,
      },
      { what: '/ answers 200', ok: await answers(host.url('/')) },
    ],
  };
}

async function statusOf(url: string): Promise<number> {
  const request = { signal: AbortSignal.timeout(5_000), headers: { connection: 'close' } };
  const { status, body } = await fetch(url, request);
  await body?.cancel();
  return status;
}
