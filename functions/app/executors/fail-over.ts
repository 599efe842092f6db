import {
  judgeChange,
  plannedChange,
  type RecordedChange,
  reversed,
} from '../../core/operation/recorded-change.ts';
import { isBusyFor, NO_WRITER, readiness } from '../../core/target/database.ts';
import { isForGood, mayHaveBeenAccepted, RequestRefused, TargetBusy } from '../../ports/errors.ts';
import type { ChangeRecords, Ended, StepCall } from './action-call.ts';
import { isFirstTry } from './sent-once.ts';

/** Where the primary is while RDS shows no member as it. */
export const NOWHERE = 'none';

/** Which member of a cluster writes. */
export interface Primary {
  /** For people: `writer of orders`. */
  readonly name: string;
  /** Its member, or `NOWHERE`. It may go on being shown where it was before it moved. */
  readonly read: () => Promise<{ readonly at: string; readonly status: string }>;
  /** Begins to move it. RDS refuses that while the cluster is not available. The request names the member: it may be repeated. */
  readonly move: (to: string) => Promise<void>;
  /**
   * The members that RDS says it was moved to, oldest first.
   *
   * @param sinceMs epoch milliseconds
   */
  readonly movesSince: (sinceMs: number) => Promise<readonly string[]>;
  /** The command with which people move it. */
  readonly moveByHand: (to: string) => string;
}

/** Where the primary is moved to, and what is kept of RDS's answer; or how it ended at once. */
export type Moving = { readonly to: string; readonly undo?: string } | Ended;

/** Where the primary is to be; or why it is not moved, and whether that is as good. */
export type Choice = string | { readonly problem: string } | { readonly done: string };

/** What is kept of RDS's answer to a request: without one, someone else may have moved the primary. */
const ACCEPTED = '"accepted"';
/** RDS has carried out none, so that there is nothing to undo. */
const REFUSED = '"refused"';

/** RDS is busy with the cluster, though it may have shown it as available: with a failover that it has just accepted, too. */
const CLUSTER_IS_BUSY = /^InvalidDBClusterState/;
/** RDS does not accept a member as the writer while it restarts: the former writer of a Multi-AZ cluster, for 20 minutes. */
const MEMBER_IS_BUSY = /^InvalidDBInstanceState/;

/**
 * Moves the primary of a cluster, once, and not away from where someone else has moved it. Where it was and where it is to
 * be is on record before that.
 *
 * @param choose where it is to be; asked only if that is not on record yet
 * @param acceptsOthers whether it may as well be wherever RDS itself, or someone else, has moved it meanwhile
 * @throws TargetBusy
 */
export async function failOver(
  primary: Primary,
  changes: ChangeRecords,
  choose: () => Promise<Choice>,
  acceptsOthers: boolean,
): Promise<Moving> {
  if (changes.earlier !== undefined) return await move(primary, changes, changes.earlier, { acceptsOthers });
  const { at, status } = await primary.read();
  if (isBusyFor(status)) throw busy(primary, status);
  if (at === NOWHERE) return failed(`${primary.name}: ${NO_WRITER}`);
  const to = await choose();
  if (typeof to !== 'string')
    return 'done' in to ? succeeded(`${primary.name}: ${to.done}`) : failed(`${primary.name}: ${to.problem}`);
  const planned = plannedChange(at, to);
  if (planned === undefined) return succeeded(`${primary.name} is ${at} already`);
  return await move(primary, changes, planned, { acceptsOthers });
}

/**
 * Moves the primary back to where it was, unless it never moved, or may be where someone else has moved it: RDS does not say
 * who requested a failover.
 *
 * @throws TargetBusy while RDS does not accept what was the primary
 */
export async function failBack(
  primary: Primary,
  { changes, undo }: Pick<StepCall, 'changes' | 'undo'>,
): Promise<Moving> {
  const { undone } = changes;
  if (undone === undefined || undo === REFUSED) return succeeded(`${primary.name} was never moved`);
  if (changes.earlier === undefined) {
    const { at, status } = await primary.read();
    const [verdict, state] = [judgeChange(undone, at), readiness(status)];
    if (state === 'busy' || (verdict === 'send' && state === 'stuck'))
      throw new TargetBusy(`${primary.name} is ${at}, but it is ${status}, and may be about to move`);
    if (verdict === 'send') return succeeded(`${primary.name} is ${at}, as before`);
    if (verdict === 'done' && undo !== ACCEPTED)
      return failed(
        `${primary.name} is ${at}, but RDS has not confirmed the failover that was requested, and does not say who requested one: it may be someone else's, so the writer stays where it is, and ${primary.moveByHand(JSON.parse(undone.before) as string)} moves it back`,
      );
  }
  return await move(primary, changes, reversed(undone), { isBusy: MEMBER_IS_BUSY });
}

interface MoveOptions {
  /** RDS's answers, besides that the cluster is busy, after which a move is tried again later. @default none */
  readonly isBusy?: RegExp;
  /** Whether a third member is as good, where RDS has not carried out the move. @default false */
  readonly acceptsOthers?: boolean;
}

/**
 * Whether an earlier try has begun it does not show, since others may keep RDS busy as well. It shows once RDS is no longer
 * busy.
 *
 * @throws TargetBusy
 */
async function move(
  primary: Primary,
  changes: ChangeRecords,
  change: RecordedChange,
  { isBusy, acceptsOthers = false }: MoveOptions,
): Promise<Moving> {
  const isFirst = await isFirstTry(changes, change);
  // Another try may have been first, and have chosen another place.
  const { before, intended } = isFirst ? change : (changes.earlier ?? (await changes.keep(change)));
  const [from, to] = [before, intended].map((text) => JSON.parse(text) as string) as [string, string];
  // Where it is now is read last: nothing may come between that and the request.
  const moves = isFirst ? [] : await primary.movesSince(changes.sinceMs);
  const { at, status } = await primary.read();
  const shown = judgeChange({ before, intended }, at);
  if (shown !== 'done' && isBusyFor(status)) throw busy(primary, status);
  if (at === NOWHERE) throw new TargetBusy(`${primary.name} is ${at}, and may be about to move`);
  const now = shown === 'send' ? (moves.at(-1) ?? at) : at;
  switch (judgeChange({ before, intended }, now)) {
    case 'done':
      return { to };
    case 'foreign':
      // RDS would have reported the end of the move that is on record.
      if (acceptsOthers && moves.at(-1) === now && !moves.includes(to)) {
        const detail = `RDS reports that ${now} has become the writer, so it is not moved on to ${to}`;
        return { ...succeeded(`${primary.name}: ${detail}`), undo: REFUSED };
      }
      return foreign(`${primary.name} is ${now}, neither ${from} as before nor ${to} as intended`);
    case 'send': {
      const elsewhere = moves.find((member) => member !== now);
      if (elsewhere !== undefined)
        return foreign(
          `${primary.name} is ${now} again, after it was ${elsewhere}${elsewhere === to ? ' as intended' : ''}`,
        );
      return await request(primary, to, !isFirst, isBusy);
    }
  }
}

/** @throws TargetBusy while RDS refuses it and shows that it is busy, or says so */
async function request(
  primary: Primary,
  to: string,
  isRepeated: boolean,
  isBusy: RegExp | undefined,
): Promise<Moving> {
  try {
    await primary.move(to);
  } catch (error) {
    if (!isForGood(error)) throw error;
    // RDS refuses what is asked for twice: by two tries at the same time, or by the SDK, where an answer was late.
    const mayBeRepeated = mayHaveBeenAccepted(error) || (isRepeated && error instanceof RequestRefused);
    const code = error instanceof RequestRefused ? (error.serviceCode ?? '') : '';
    const saysBusy = CLUSTER_IS_BUSY.test(code) || isBusy?.test(code) === true;
    const state = saysBusy || mayBeRepeated ? readiness((await primary.read()).status) : undefined;
    if (state === 'busy' || (saysBusy && state === 'serving'))
      throw new TargetBusy(`${primary.name}: RDS does not move it to ${to} yet: ${error.message}`);
    if (isRepeated || mayHaveBeenAccepted(error)) throw error;
    return { ...failed(error.message), undo: REFUSED };
  }
  return { to, undo: ACCEPTED };
}

const busy = (primary: Primary, status: string) =>
  new TargetBusy(`${primary.name}: RDS is busy with it (${status}), and does not move it before`);
const foreign = (detail: string): Ended => ({
  ...failed(`${detail}: someone else has moved it, and it is left as it is`),
  ...{ failsAs: 'ChangedBySomeoneElse', isFinal: true },
});
const succeeded = (detail: string): Ended => ({ outcome: 'SUCCEEDED', detail });
const failed = (detail: string): Ended => ({ outcome: 'FAILED', detail });
