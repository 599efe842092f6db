import type { FunctionReport } from './function-reports.ts';
import type { RecordedCall } from './recording-proxy.ts';
import type { Busy } from './timed-hosts.ts';

/** What was counted while one alarm was answered, by Selfheal or by the alternative. */
export interface Counts {
  /** States that the Standard machine entered, as AWS bills them. */
  readonly standardTransitions: number;
  /** States that the Express machine entered; AWS bills its requests and time instead. */
  readonly expressTransitions: number;
  readonly invocations: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Writes whose condition failed: AWS bills them, and the table does not say how many units. */
  readonly refusedWrites: number;
  /** By service and operation, as `SSM SendCommand`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Memory times time of all functions, as this machine took it. */
  readonly gigabyteSeconds: number;
}

export interface Times {
  /** From the alarm's event to admission, or the start of the execution. */
  readonly triggerMs: number;
  /** From admission to conclusion. */
  readonly totalMs: number;
  readonly actionsMs: number;
  /** From the first look at the health endpoint to the last. */
  readonly verificationMs: number;
  /** Total less actions and verification window; waits of a polling loop are in it. */
  readonly engineMs: number;
  /** Where the engine's time went. */
  readonly parts: Readonly<
    Record<'beforeFirstAction' | 'betweenActions' | 'beforeFirstLook' | 'conclusion', number>
  >;
  /** From the end of each action to when that was known. */
  readonly noticingMs: readonly number[];
}

export interface Figures {
  readonly counts: Counts;
  readonly times: Times;
}

export function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

export function countsOf(
  transitions: Pick<Counts, 'standardTransitions' | 'expressTransitions'>,
  calls: readonly RecordedCall[],
  reports: readonly FunctionReport[],
): Counts {
  const sum = (unit: 'readUnits' | 'writeUnits') => calls.reduce((total, call) => total + call[unit], 0);
  const isWrite = ({ operation }: RecordedCall) => /^(Put|Update|Delete|TransactWrite)/.test(operation);
  return {
    ...transitions,
    invocations: tally(reports.map(({ functionName }) => functionName)),
    readUnits: sum('readUnits'),
    writeUnits: sum('writeUnits'),
    refusedWrites: calls.filter((call) => call.service === 'DynamoDB' && isWrite(call) && call.status >= 400)
      .length,
    calls: tally(calls.map(({ service, operation }) => `${service} ${operation}`)),
    gigabyteSeconds: reports.reduce(
      (total, { durationMs, memoryMb }) => total + (durationMs / 1_000) * (memoryMb / 1_024),
      0,
    ),
  };
}

interface Moments {
  readonly triggeredAtMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly actions: readonly Busy[];
  /** Times of the looks at the health endpoint. */
  readonly looksMs: readonly number[];
  /** Calls by which the end of an action becomes known. */
  readonly noticed: readonly RecordedCall[];
}

export function timesOf(moments: Moments): Times {
  const { triggeredAtMs, startedAtMs, endedAtMs, noticed } = moments;
  const actions = moments.actions.toSorted((a, b) => a.startMs - b.startMs);
  const looks = moments.looksMs;
  const actionsMs = actions.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const firstStartMs = actions[0]?.startMs ?? endedAtMs;
  const lastEndMs = actions.at(-1)?.endMs ?? endedAtMs;
  const firstLookMs = looks[0] ?? lastEndMs;
  const lastLookMs = looks.at(-1) ?? lastEndMs;
  const verificationMs = lastLookMs - firstLookMs;
  const totalMs = endedAtMs - startedAtMs;
  return {
    triggerMs: startedAtMs - triggeredAtMs,
    totalMs,
    actionsMs,
    verificationMs,
    engineMs: totalMs - actionsMs - verificationMs,
    parts: {
      beforeFirstAction: firstStartMs - startedAtMs,
      betweenActions: lastEndMs - firstStartMs - actionsMs,
      beforeFirstLook: firstLookMs - lastEndMs,
      conclusion: endedAtMs - lastLookMs,
    },
    noticingMs: actions.flatMap(({ endMs }) => {
      const call = noticed.find(({ atMs }) => atMs >= endMs);
      return call ? [call.atMs - endMs] : [];
    }),
  };
}
