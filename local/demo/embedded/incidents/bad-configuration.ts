import { readFile, writeFile } from 'node:fs/promises';
import { runRunbookByHand } from '../../../process-hosts/run-runbook.ts';
import { beginEpisode } from '../../incidents/episode.ts';
import type { IncidentOutcome } from '../../incidents/incident.ts';
import { answers } from '../../measurements.ts';
import { isAlarm, isEnd } from '../../timeline.ts';
import { SITE_ROOT, siteConfiguration } from '../hosts.ts';
import { type EmbeddedIncident, type EmbeddedStage, url } from '../stage.ts';

/** A configuration that the server takes but cannot serve is rolled out: the last one verified good comes back. */
export const badConfiguration: EmbeddedIncident = {
  incident: 'bad configuration',
  component: 'web',
  expected: 'COMPLETED',
  play,
};

async function play(stage: EmbeddedStage): Promise<IncidentOutcome> {
  const host = stage.hosts.web;
  const good = await readFile(host.path, 'utf8');
  const kept = await runRunbookByHand(host, 'freeze_config', {
    ...{ operationId: 'demo-web-good', stepId: 'manual-0', component: 'web' },
    ...{ paths: host.path, verified: 'true' },
  });
  if (kept.exitCode !== 0) throw new Error(`freeze_config: ${kept.stderr.trim()}`);
  const episode = beginEpisode(stage, 'web', 'a release with a typo in site.conf: every page is a 500');
  await writeFile(host.path, siteConfiguration(host, `${SITE_ROOT}e`));
  await host.call('reload');

  const alarm = await episode.first('error rate alarm', 60, isAlarm);
  const { status } = await fetch(url(host), { headers: { connection: 'close' } });
  const end = await episode.first('end of the operation', 60, isEnd);
  return {
    got: end.state,
    detectMs: alarm.atMs - episode.brokenAtMs,
    healMs: end.atMs - alarm.atMs,
    checks: [
      { what: `while the alarm was on, / answered ${status}`, ok: status === 500 },
      {
        what: 'site.conf is the good one again, byte for byte',
        ok: (await readFile(host.path, 'utf8')) === good,
      },
      { what: '/ answers 200', ok: await answers(url(host)) },
    ],
  };
}
