import { setTimeout as sleep } from 'node:timers/promises';
import { ALARM_PERIOD_MS, CHAIN_LIMITS } from '../configuration.ts';
import { answers } from '../measurements.ts';
import { isAlarm, isEnd, type TimelineEntry } from '../timeline-entry.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

const LEFT_ALONE = 'CAUSE_ELSEWHERE';
/** By how much of a period a measured share of failed requests may differ from that of the fault. */
const MARGIN = 0.1;

/** A damaged page in a database: its caller fails too, and is left alone while the database gets its backup back. */
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
  const before = await catalog.checksum();
  await sleep(msUntilBothAlarmsSee(Date.now()), undefined, { signal });
  const episode = beginEpisode(stage, 'catalog', 'a page of its data is overwritten on the disk');
  await catalog.damagePage();
  const unreadable = await catalog.checksum().catch((error: Error) => firstErrorOf(error));
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
  const looks = episode.entries().filter(({ action }) => action === 'verify_integrity');
  const after = await catalog.checksum().catch((error: Error) => firstErrorOf(error));
  return {
    got: `gateway ${refusal.state}, catalog ${end.state}`,
    detectMs: alarm.atMs - episode.brokenAtMs,
    healMs: end.atMs - alarm.atMs,
    checks: [
      { what: `PostgreSQL could not read the table: ${unreadable}`, ok: unreadable !== before },
      {
        what: 'verify_integrity found the damage before the restore, and none after it',
        ok: looks[0]?.why.includes('DATA_DAMAGED') === true && looks.at(-1)?.state === 'SUCCEEDED',
      },
      { what: `MD5 of all rows: ${before} before, ${after} after`, ok: after === before },
      {
        what: `nothing was done to gateway: process ${pidBefore} before, ${pidAfter} after`,
        ok: pidBefore !== 0 && pidAfter === pidBefore && repaired === 0,
      },
      { what: 'gateway answers 200', ok: await answers(gateway.url()) },
    ],
  };
}

/**
 * How long a fault has to wait. In the middle of a period it would turn the database's alarm red and not yet that of the
 * caller, which a repair of a few seconds keeps green in the next period too: there would be nothing to leave alone.
 */
export function msUntilBothAlarmsSee(nowMs: number): number {
  const passed = (nowMs % ALARM_PERIOD_MS) / ALARM_PERIOD_MS;
  const neitherFrom = 1 - CHAIN_LIMITS.catalog / 100 + MARGIN;
  const bothUntil = 1 - CHAIN_LIMITS.gateway / 100 - MARGIN;
  return passed < bothUntil || passed >= neitherFrom ? 0 : (neitherFrom - passed) * ALARM_PERIOD_MS;
}

/** What PostgreSQL says, without the command that it says it to. */
function firstErrorOf({ message }: Error): string {
  return /^ERROR: +(.*)$/m.exec(message)?.[1] ?? message;
}
