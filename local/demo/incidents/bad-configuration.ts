import { answers } from '../measurements.ts';
import { runRunbook } from '../run-runbook.ts';
import { succeed } from '../services/python-service.ts';
import { isAlarm, isEnd } from '../timeline.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

const SITE = '/etc/nginx/conf.d/site.conf';

// A wrong root is valid for nginx, but the fallback is then missing too and each request goes round in circles: 500.
const site = (root: string) => `server {
    listen 80 default_server;
    root ${root};
    location / {
        try_files $uri /index.html;
    }
}
`;
const GOOD = site('/srv/shop');
const BAD = site('/srv/shopp');

/** A configuration that nginx takes but cannot serve is rolled out: the last one verified good comes back. */
export const badConfiguration: Incident = {
  name: 'bad configuration',
  component: 'web',
  expected: 'COMPLETED',
  prepare: async ({ hosts: { web } }) => {
    await web.writeFile('/srv/shop/index.html', '<h1>Shop</h1>\n');
    await web.writeFile(SITE, GOOD);
    await succeed(web, 'rm -f /etc/nginx/sites-enabled/default && systemctl enable --now --quiet nginx');
  },
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const host = stage.hosts.web;
  await runRunbook(
    stage.cloud.ssm,
    host,
    { document: 'selfheal-freeze-config', component: 'web', parameters: { paths: SITE, verified: 'true' } },
    stage.signal,
  );
  const episode = beginEpisode(stage, 'web', 'a release with a typo in site.conf: every page is a 500');
  await host.writeFile(SITE, BAD);
  await succeed(host, 'nginx -t -q && systemctl reload nginx');

  const alarm = await episode.first('error rate alarm', 90, isAlarm);
  const broken = await statusOf(`http://${host.ip}/`);
  const end = await episode.first('end of the operation', 120, isEnd);
  const content = await succeed(host, `cat ${SITE}`);
  return {
    got: end.state,
    detectMs: alarm.atMs - episode.brokenAtMs,
    healMs: end.atMs - alarm.atMs,
    checks: [
      { what: `while the alarm was on, / answered ${broken}`, ok: broken === 500 },
      { what: `${SITE} is the good one again, byte for byte`, ok: content === GOOD.trim() },
      { what: '/ answers 200', ok: await answers(`http://${host.ip}/`) },
    ],
  };
}

async function statusOf(url: string): Promise<number> {
  const { status, body } = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  await body?.cancel();
  return status;
}
