import { answers } from '../measurements.ts';
import { isAlarm, isEnd, type TimelineEntry } from '../timeline-entry.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

const LEFT_ALONE = 'CAUSE_ELSEWHERE';

/** A damaged page in a database: its caller fails too, and is left alone while the database gets its last good file back. */
export const damagedDatabase: Incident = {
  name: 'damaged database',
  component: 'catalog',
  isEmbeddedOnly: true,
  expected: () => `gateway ${LEFT_ALONE}, catalog COMPLETED`,
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const { timeline, signal } = stage;
  if (!stage.hosts.chain) throw new Error('this target has no database');
  const { catalog, gateway } = stage.hosts.chain;
  const pidBefore = await gateway.pid();
  const episode = beginEpisode(stage, 'catalog', 'a page of its database is overwritten on the disk');
  await catalog.damagePage();
  const damage = await catalog.integrity();
  const ofGateway = (entry: TimelineEntry) =>
    entry.component === 'gateway' && entry.atMs >= episode.brokenAtMs;
  const first = (what: string, seconds: number, isWanted: (entry: TimelineEntry) => boolean) =>
    timeline.first(`gateway: ${what}`, seconds, signal, (entry) => ofGateway(entry) && isWanted(entry));

  const alarm = await first('error rate alarm', 90, isAlarm);
  const refusal = await first('why it is left alone', 60, ({ kind }) => kind === 'refusal');
  const end = await episode.first('end of the operation', 120, isEnd);
  await first('its alarm is over', 60, ({ kind, state }) => kind === 'alarm' && state === 'OK');
  const pidAfter = await gateway.pid();
  const repaired = timeline.entries.filter((entry) => ofGateway(entry) && entry.kind === 'step').length;
  const found = await catalog.integrity();
  return {
    got: `gateway ${refusal.state}, catalog ${end.state}`,
    detectMs: alarm.atMs - episode.brokenAtMs,
    healMs: end.atMs - alarm.atMs,
    checks: [
      { what: `SQLite found the damage: ${damage}`, ok: damage !== 'ok' },
      { what: `the check of the database says: ${found}`, ok: found === 'ok' },
      {
        what: `nothing was done to gateway: process ${pidBefore} before, ${pidAfter} after`,
        ok: pidBefore !== 0 && pidAfter === pidBefore && repaired === 0,
      },
      { what: 'gateway answers 200', ok: await answers(gateway.url()) },
    ],
  };
}
