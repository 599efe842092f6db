import { answers } from '../measurements.ts';
import { waitFor } from '../repeat.ts';
import { isAlarm, isEnd } from '../timeline-entry.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

const [GOOD, BAD] = ['1', '2'];
const FIRST_ANSWER_SECONDS = 30;

/** A function's new release throws on most requests: its alias is moved back to the version before. */
export const badRelease: Incident = {
  name: 'bad release',
  component: 'quotes',
  isEmbeddedOnly: true,
  expected: () => 'COMPLETED',
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const quotes = stage.hosts.quotes;
  if (!quotes) throw new Error('this target has no functions');
  // A machine that has just started everything may answer its first request late.
  await waitFor(
    'quotes to answer',
    FIRST_ANSWER_SECONDS,
    stage.signal,
    async () => (await answers(quotes.url())) || undefined,
  );
  const episode = beginEpisode(stage, 'quotes', 'its new version throws on every order without a currency');
  await quotes.release(BAD);
  // Looked at now: the alias may be back as soon as the alarm is seen.
  const broken = await quotes.version();
  const serves = await answers(quotes.url());

  const alarm = await episode.first('error rate alarm', 90, isAlarm);
  const end = await episode.first('end of the operation', 120, isEnd);
  const version = await quotes.version();
  return {
    got: end.state,
    detectMs: alarm.atMs - episode.brokenAtMs,
    healMs: end.atMs - alarm.atMs,
    checks: [
      {
        what: `after the release, the alias pointed to version ${broken}, which threw`,
        ok: broken === BAD && !serves,
      },
      { what: `the alias points to version ${version} again`, ok: version === GOOD },
      { what: 'an order without a currency gets its price', ok: await answers(quotes.url()) },
    ],
  };
}
