import {
  judgeChange,
  plannedChange,
  type RecordedChange,
  reversed,
} from '../../core/operation/recorded-change.ts';
import { isBusyFor, readiness } from '../../core/target/database.ts';
import { mayHaveBeenAccepted, RequestRefused, TargetBusy } from '../../ports/errors.ts';
import type { ChangeRecords, Ended } from './action-call.ts';
import { isFirstTry } from './sent-once.ts';

/** Which member of a cluster writes. */
export interface Primary {
  /** For people: `writer of orders`. */
  readonly name: string;
  readonly read: () => Promise<{ readonly at: string; readonly status: string }>;
  /** Begins to move it. RDS refuses that while the cluster is not available. The request names the member: it may be repeated. */
  readonly move: (to: string) => Promise<void>;
}

/** Where the primary is moved to, or how it ended at once. */
export type Moving = { readonly to: string } | Ended;

/**
 * Moves the primary of a cluster, once, and not away from where someone else has moved it. Where it was and where it is to
 * be is on record before that.
 *
 * @param choose where it is to be; asked only if that is not on record yet
 */
export async function failOver(
  primary: Primary,
  changes: ChangeRecords,
  choose: () => Promise<string | { readonly problem: string }>,
): Promise<Moving> {
  if (changes.earlier !== undefined) return await move(primary, changes, changes.earlier);
  const { at, status } = await primary.read();
  if (isBusyFor(status))
    throw new TargetBusy(`${primary.name}: RDS is busy with it (${status}), and does not move it before`);
  const to = await choose();
  if (typeof to !== 'string') return { outcome: 'FAILED', detail: `${primary.name}: ${to.problem}` };
  const planned = plannedChange(at, to);
  if (planned === undefined) return { outcome: 'SUCCEEDED', detail: `${primary.name} is ${at} already` };
  return await move(primary, changes, planned);
}

/** RDS is busy with the cluster, though it may have shown it as available: with a failover that it has just accepted, too. */
const CLUSTER_IS_BUSY = /^InvalidDBClusterState/;
/** RDS does not accept a member as the writer while it restarts: the former writer of a Multi-AZ cluster, for 20 minutes. */
const MEMBER_IS_BUSY = /^InvalidDBInstanceState/;

/**
 * Moves the primary back to where it was, unless it never moved, or someone else has moved it since.
 *
 * @throws TargetBusy while RDS does not accept what was the primary
 */
export async function failBack(primary: Primary, changes: ChangeRecords): Promise<Moving> {
  const { undone } = changes;
  if (undone === undefined) return { outcome: 'SUCCEEDED', detail: `${primary.name} was never moved` };
  const { at, status } = await primary.read();
  if (changes.earlier === undefined && judgeChange(undone, at) === 'send') {
    if (readiness(status) === 'serving')
      return { outcome: 'SUCCEEDED', detail: `${primary.name} is ${at}, as before` };
    throw new TargetBusy(`${primary.name} is ${at}, but it is ${status}, and may be about to move`);
  }
  return await move(primary, changes, reversed(undone), MEMBER_IS_BUSY);
}

/**
 * @param isBusy RDS's answers, besides that the cluster is busy, after which a move is tried again later
 * @throws TargetBusy
 */
async function move(
  primary: Primary,
  changes: ChangeRecords,
  change: RecordedChange,
  isBusy?: RegExp,
): Promise<Moving> {
  const isFirst = await isFirstTry(changes, change);
  // Another try may have been first, and have chosen another place.
  const { before, intended } = isFirst ? change : (changes.earlier ?? (await changes.keep(change)));
  const [from, to] = [before, intended].map((text) => JSON.parse(text) as string) as [string, string];
  const { at, status } = await primary.read();
  switch (judgeChange({ before, intended }, at)) {
    case 'done':
      return { to };
    case 'foreign':
      return {
        outcome: 'FAILED',
        failsAs: 'ChangedBySomeoneElse',
        isFinal: true,
        detail: `${primary.name} is ${at}, neither ${from} as before nor ${to} as intended: someone else has moved it, and it is left as it is`,
      };
    case 'send':
      // An earlier try has begun it.
      if (!isFirst && readiness(status) === 'busy') return { to };
      return await request(primary, to, !isFirst, isBusy);
  }
}

/**
 * RDS refuses what is asked for twice: by two tries at the same time, or by the SDK, where an answer was late. A request
 * that was refused for another reason is not under way, whatever keeps RDS busy.
 */
async function request(
  primary: Primary,
  to: string,
  isRepeated: boolean,
  isBusy: RegExp | undefined,
): Promise<Moving> {
  try {
    await primary.move(to);
  } catch (error) {
    const mayBeOurs = mayHaveBeenAccepted(error) || (isRepeated && error instanceof RequestRefused);
    const code = error instanceof RequestRefused ? (error.serviceCode ?? '') : '';
    const isTooEarly = CLUSTER_IS_BUSY.test(code) || isBusy?.test(code) === true;
    if (!mayBeOurs && !isTooEarly) throw error;
    const state = readiness((await primary.read()).status);
    if (mayBeOurs && state === 'busy') return { to };
    if (!isTooEarly || state === 'stuck') throw error;
    throw new TargetBusy(`${primary.name}: RDS does not move it to ${to} yet: ${(error as Error).message}`);
  }
  return { to };
}
