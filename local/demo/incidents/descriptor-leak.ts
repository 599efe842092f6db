import { answers } from '../measurements.ts';
import { isAnomaly, isEnd } from '../timeline-entry.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

/** The usual alarm on descriptors, if anyone had set one. */
const USUAL_LIMIT = 0.8;

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
  await answers(sessions.url('/leak'));

  const anomaly = await episode.first('anomaly of its descriptors', 90, isAnomaly);
  const noticed = await sessions.descriptors();
  const end = await episode.first('end of the operation', 120, isEnd);
  const after = await sessions.descriptors();
  const pidAfter = await sessions.pid();
  return {
    got: end.state,
    detectMs: anomaly.atMs - episode.brokenAtMs,
    healMs: end.atMs - anomaly.atMs,
    checks: [
      {
        what: `open descriptors: ${usual} before, ${noticed} when the leak was noticed, ${after} after`,
        ok: noticed > usual && after < noticed,
      },
      {
        what: `no threshold saw it: ${noticed} of ${limit} are ${((100 * noticed) / limit).toFixed(1)} %`,
        ok: noticed < USUAL_LIMIT * limit,
      },
      {
        what: `sessions is another process: ${pidBefore} before, ${pidAfter} after`,
        ok: pidAfter !== 0 && pidAfter !== pidBefore,
      },
      { what: '/health answers 200', ok: await answers(sessions.url('/health')) },
    ],
  };
}
