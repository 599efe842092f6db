import { section, textTable } from '../text-table.ts';
import { type PeerMonth, peerMonth } from './peer-month.ts';
import { measureProbing, type ProbeMeasurement } from './probing.ts';
import { measureReaction, type ReactionMeasurement } from './reaction.ts';
import { measureWrites, type WriteMeasurement } from './writing.ts';

/** Peers of one function, and what it may take. */
const TARGET = { peers: 10_000, mix: 'a tenth hangs', seconds: 30, memoryMiB: 512 };

const SIZES = [10, 1_000, 10_000];
const PACES = [{ intervalSeconds: 10 }, { intervalSeconds: 10, confirmSeconds: 2 }, { intervalSeconds: 30 }];
const WRITE_CASES = [
  { peers: 10, failing: 0 },
  { peers: 1_000, failing: 0 },
  { peers: 2_000, failing: 0 },
  { peers: 1_000, failing: 0.1 },
];

/** Everything that the benchmark of the watchdog measures. */
export interface WatchdogResults {
  readonly probing: readonly ProbeMeasurement[];
  readonly writes: readonly WriteMeasurement[];
  readonly months: readonly PeerMonth[];
  readonly reactions: readonly ReactionMeasurement[];
  readonly reached: boolean;
}

/** Rounds against real servers, reactions, writes and prices. */
export async function measureWatchdog(progress: (line: string) => void): Promise<WatchdogResults> {
  const probing = await measureProbing(SIZES, progress);
  const writes = await measureWrites(WRITE_CASES, progress);
  const months = [10, 1_000, 100_000].flatMap((peers) =>
    [10, 30].map((intervalSeconds) => {
      const size = Math.min(peers, 2_000);
      const steady = writes.find((one) => one.peers === size && one.failing === 0);
      const round = probing.find((one) => one.peers >= Math.min(size, 1_000) && one.mix === 'all well');
      if (!steady || !round) throw new Error(`nothing measured for ${size} peers`);
      const seconds = (Math.max(...round.roundSeconds) * size) / round.peers;
      return peerMonth(peers, intervalSeconds, seconds, steady);
    }),
  );
  const reactions: ReactionMeasurement[] = [];
  for (const pace of PACES) reactions.push(await measureReaction(pace, progress));
  const reached = probing
    .filter(({ peers, mix }) => peers === TARGET.peers && mix === TARGET.mix)
    .every(
      ({ roundSeconds, maxResidentMiB }) =>
        Math.max(...roundSeconds) < TARGET.seconds && maxResidentMiB < TARGET.memoryMiB,
    );
  return {
    probing,
    writes,
    months,
    reactions,
    reached: reached && reactions.every(({ withinTarget }) => withinTarget),
  };
}

const seconds = (value: number | undefined) => `${(value ?? Number.NaN).toFixed(1)} s`;
const dollars = (value: number) => `$${value.toFixed(value < 0.1 ? 5 : 2)}`;

/** The tables of what was measured. */
export function watchdogReport({ probing, writes, months, reactions, reached }: WatchdogResults): string {
  const { peers, mix, seconds: limit, memoryMiB } = TARGET;
  return [
    section(
      'A round against real servers on this machine',
      textTable([
        ['peers', 'mix', 'first round', 'second', 'missed', 'slowest answer', 'memory', 'open files'],
        ...probing.map((one) => [
          String(one.peers),
          one.mix,
          seconds(one.roundSeconds[0]),
          seconds(one.roundSeconds[1]),
          String(one.misses),
          `${one.slowestAnswerMs} ms`,
          `${one.maxResidentMiB} MiB`,
          String(one.mostOpenFiles),
        ]),
      ]),
    ),
    section(
      'From the kill of a server to the signal that asks for its restart',
      textTable([
        ['every', 'confirmed after', 'took'],
        ...reactions.map((one) => [
          `${one.intervalSeconds} s`,
          one.confirmSeconds === undefined ? '' : `${one.confirmSeconds} s`,
          seconds(one.killToRestartSeconds),
        ]),
      ]),
    ),
    section(
      'The table, an hour at 30 s, one shard',
      textTable([
        ['peers', 'failing', 'writes', 'write units', 'read units', 'events'],
        ...writes.map((one) => [
          String(one.peers),
          `${one.failing * 100} %`,
          String(one.writesAnHour),
          String(one.writeUnitsAnHour),
          String(one.readUnitsAnHour),
          String(one.eventsAnHour),
        ]),
      ]),
    ),
    section(
      'A month in which all peers are healthy',
      textTable([
        ['peers', 'every', 'shards', 'memory', 'Lambda', 'table', 'metrics, logs', 'total', 'a peer'],
        ...months.map((one) => [
          String(one.peers),
          `${one.intervalSeconds} s`,
          String(one.shards),
          `${one.memoryMiB} MiB`,
          dollars(one.lambda),
          dollars(one.table),
          dollars(one.metricsAndLogs),
          dollars(one.total),
          dollars(one.perPeer),
        ]),
      ]),
    ),
    `\n${reached ? 'reached' : 'NOT REACHED'}: ${peers} peers, ${mix}, in under ${limit} s and ${memoryMiB} MiB; kill to restart in 3 looks and 2 s`,
  ].join('\n');
}
