import type { Proposal } from '../../core/admission/proposal.ts';
import type { Refusal } from '../../core/admission/refusal.ts';
import { signalHash } from '../../core/operation/operation-id.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import { NOBODY } from '../../core/signal/named-component.ts';
import { recordRefusal } from '../triage/refuse-event.ts';
import type { ApproveDeps } from './approve-deps.ts';

/** More refused attempts within a minute are turned away without a record: nobody may fill the table from outside. */
export const ATTEMPTS_A_MINUTE = 20;

const MINUTE_MS = 60_000;

/**
 * Records a request that is not carried out, with the reason. Only refused requests of strangers are counted and
 * limited, so that nobody can keep people from approving, or from an answer, by sending bad ones.
 *
 * @param known who sent it, if that is proved, and the proposal that it is about
 * @returns `limited` if there were too many in this minute: the request is to be answered with that alone
 */
export type RefuseAttempt = (
  refusal: Refusal,
  known?: { readonly by: string; readonly proposal?: Proposal | undefined },
) => Promise<'recorded' | 'limited'>;

/** One for the life of a function: it counts in the table only until the limit of the minute is reached. */
export function createRefuseAttempt(
  deps: Pick<ApproveDeps, 'store' | 'approvals' | 'metrics' | 'clock'>,
): RefuseAttempt {
  let limitedMinute = -1;
  return async ({ reason, detail }, known) => {
    const nowMs = deps.clock.nowMs();
    const record = async (attempt: string | number) => {
      await recordRefusal(deps, {
        ...{ reason, detail: shortReason(detail), component: known?.proposal?.operation.component ?? NOBODY },
        ...{ signalId: signalHash('approval', `${nowMs}#${attempt}`), occurredAtMs: nowMs },
      });
      return 'recorded' as const;
    };
    if (known) return await record(known.by);
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute === limitedMinute) return 'limited';
    const count = await deps.approvals.countAttempt(nowMs);
    if (count > ATTEMPTS_A_MINUTE) {
      limitedMinute = minute;
      return 'limited';
    }
    return await record(count);
  };
}

/** What was sent does not prove who sent it. */
export function notAuthentic(detail: string): Refusal {
  return { reason: 'NOT_AUTHENTIC', detail };
}

/** The proposal that somebody wants to decide does not exist. */
export function unknownProposal(proposalId: string): Refusal {
  return { reason: 'UNKNOWN_PROPOSAL', detail: `there is no proposal ${proposalId}` };
}
