import type { Proposal } from '../../core/admission/proposal.ts';
import type { RefusalRecord } from '../../core/admission/refusal.ts';
import { NOBODY } from '../../core/signal/named-component.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { OperatorEvents } from '../../ports/operator-events.ts';
import { waitFor } from './wait-for.ts';

const REFUSALS_LOOKED_AT = 20;
const SECOND_MS = 1_000;

export interface SendDecisionDeps {
  readonly store: Pick<OperationStore, 'readHeldBack' | 'listRefusals'>;
  readonly events: OperatorEvents;
  readonly clock: Clock;
}

export interface SendDecisionInput {
  readonly source: string;
  /** `detail` of the `Selfheal Approval`. */
  readonly detail: {
    readonly command: 'approve' | 'deny';
    readonly proposal: string;
    readonly by: string;
    readonly reason?: string;
    readonly for?: number;
  };
  readonly timeoutMs: number;
}

/**
 * `confirmed`: read back from the proposal, which has ended unless it needs more approvals. `unanswered`: the event was
 * accepted by the bus, and its effect is not on record yet.
 */
export type SendDecisionResult =
  | { readonly outcome: 'confirmed'; readonly eventId: string; readonly proposal: Proposal }
  | { readonly outcome: 'refused'; readonly eventId: string; readonly refusal: RefusalRecord }
  | { readonly outcome: 'unanswered'; readonly eventId: string };

/** A decision that the bus has accepted. */
export interface SentDecision {
  readonly eventId: string;
  readonly command: SendDecisionInput['detail']['command'];
  readonly proposalId: string;
  readonly by: string;
  /** Whole seconds, as the event says. */
  readonly atMs: number;
  /** The proposal before it. @default not known: the decision is recognised by its time alone */
  readonly before?: Proposal;
}

/** Approves or denies a proposal as a person, and waits until the table says so. */
export async function sendDecision(
  deps: SendDecisionDeps,
  { timeoutMs, ...input }: SendDecisionInput,
): Promise<SendDecisionResult> {
  const { proposal: before } = await deps.store.readHeldBack(input.detail.proposal);
  const sent = await putDecision(deps, input);
  return await awaitDecision(deps, { ...sent, ...(before && { before }) }, timeoutMs);
}

/** Approves or denies a proposal as a person, without waiting for the outcome. */
export async function putDecision(
  { events, clock }: Pick<SendDecisionDeps, 'events' | 'clock'>,
  {
    source,
    detail,
    atMs = toSecond(clock.nowMs()),
  }: Omit<SendDecisionInput, 'timeoutMs'> & {
    /** Of the same person, a decision of the same second is the same. @default now */
    readonly atMs?: number;
  },
): Promise<SentDecision> {
  const { command, proposal: proposalId, by } = detail;
  const eventId = await events.send({ detailType: 'Selfheal Approval', source, atMs, detail });
  return { eventId, command, proposalId, by, atMs };
}

/** Decisions are dated in whole seconds, as events are. */
export function toSecond(atMs: number): number {
  return Math.floor(atMs / SECOND_MS) * SECOND_MS;
}

/** Waits until the table says how a decision ended. */
export async function awaitDecision(
  { store, clock }: Pick<SendDecisionDeps, 'store' | 'clock'>,
  { eventId, command, proposalId, by, atMs, before }: SentDecision,
  timeoutMs: number,
): Promise<SendDecisionResult> {
  const known = before && [...before.approvals, ...(before.end ? [before.end] : [])];
  // Triage dates a decision from its future earlier, so that of a clock that is ahead is known by being new.
  const isNew = (atMsOnRecord: number) =>
    known !== undefined && !known.some((one) => one.by === by && one.atMs === atMsOnRecord);
  const isOwn = (one: { readonly by?: string; readonly atMs: number }) =>
    one.by === by && (one.atMs >= atMs || isNew(one.atMs));
  const answer = await waitFor<SendDecisionResult>(clock, timeoutMs, async () => {
    const { proposal } = await store.readHeldBack(proposalId);
    const isTaken =
      command === 'deny'
        ? proposal?.end?.kind === 'DENIED' && isOwn(proposal.end)
        : proposal?.approvals.some(isOwn);
    if (proposal && isTaken) return { outcome: 'confirmed', eventId, proposal };
    const filed = [NOBODY, ...(proposal ? [proposal.operation.component] : [])];
    const refusals = await Promise.all(filed.map((name) => store.listRefusals(name, REFUSALS_LOOKED_AT)));
    const refusal = refusals.flat().find(({ signalId }) => signalId === eventId);
    return refusal && { outcome: 'refused', eventId, refusal };
  });
  return answer ?? { outcome: 'unanswered', eventId };
}
