import { answers } from '../measurements.ts';
import { repeat } from '../repeat.ts';
import { isAnomaly, isEnd } from '../timeline-entry.ts';
import { beginEpisode, type Episode } from './episode.ts';
import type { SessionsHost } from './hosts.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

/** The usual alarm on descriptors, if anyone had set one. */
const USUAL_LIMIT = 0.8;
const COUNT_EVERY_MS = 250;

/** A service that forgets to close what it opens: far below any limit, its growth is noticed, and a restart ends it. */
export const descriptorLeak: Incident = {
  name: 'descriptor leak',
  component: 'sessions',
  isEmbeddedOnly: true,
  expected: () => 'COMPLETED',
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const { sessions } = stage.hosts;
  if (!sessions) throw new Error('this target does not measure descriptors');
  const [pidBefore, limit, usual] = [
    await sessions.pid(),
    await sessions.descriptorLimit(),
    await sessions.descriptors(),
  ];
  const episode = beginEpisode(
    stage,
    'sessions',
    `it forgets to close two files a second; ${sessions.history}`,
  );
  // A repair may end the process within the second in which the anomaly is reported, so its descriptors are counted all along.
  let most = usual;
  const counting = repeat(COUNT_EVERY_MS, async () => {
    most = Math.max(most, await sessions.descriptors());
  });
  const [anomaly, end] = await leakUntilRepaired(sessions, episode).finally(counting.stop);
  const after = await sessions.descriptors();
  const pidAfter = await sessions.pid();
  return {
    got: end.state,
    detectMs: anomaly.atMs - episode.brokenAtMs,
    healMs: end.atMs - anomaly.atMs,
    checks: [
      {
        what: `open descriptors: ${usual} before, ${most} at most, ${after} after`,
        ok: most > usual && after < most,
      },
      {
        what: `no threshold saw it: ${most} of ${limit} are ${((100 * most) / limit).toFixed(1)} %`,
        ok: most < USUAL_LIMIT * limit,
      },
      {
        what: `sessions is another process: ${pidBefore} before, ${pidAfter} after`,
        ok: pidAfter !== 0 && pidAfter !== pidBefore,
      },
      { what: '/health answers 200', ok: await answers(sessions.url('/health')) },
    ],
  };
}

async function leakUntilRepaired(sessions: SessionsHost, episode: Episode) {
  await answers(sessions.url('/leak'));
  const anomaly = await episode.first('anomaly of its descriptors', 90, isAnomaly);
  return [anomaly, await episode.first('end of the operation', 120, isEnd)] as const;
}
