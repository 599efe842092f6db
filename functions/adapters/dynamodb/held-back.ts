import { withObserved } from '../../core/admission/observed-limits.ts';
import { withoutObserved } from '../../core/admission/observed-recovery.ts';
import { isWithdrawnBy, withProposed } from '../../core/admission/proposal.ts';
import type { Limits } from '../../core/admission/records.ts';
import { idTime } from '../../core/operation/operation-id.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { HeldBackStore, HoldBackOutcome } from '../../ports/held-back-store.ts';
import { CONFLICT_TRIES } from './backoff.ts';
import {
  HELD_BACK_ITEMS,
  holdBackInput,
  noteRecoveredInput,
  releaseObservedInput,
} from './held-back-inputs.ts';
import { decodeObservation, decodeProposal, encodeObservation, encodeProposal } from './held-back-item.ts';
import type { Item } from './item.ts';
import { OBSERVATIONS_PARTITION, observationKey, PROPOSALS_PARTITION, proposalKey } from './keys.ts';
import { newestFirst } from './operation-inputs.ts';
import { addApprovalInput, endProposalInput, noteProposalNotifiedInput } from './proposal-inputs.ts';
import type { Table, Transacted } from './table.ts';

export interface HeldBackOptions {
  readonly table: Table;
  readonly tableName: string;
  readonly historyRetentionDays: number;
  readonly newRequestToken: () => string;
  readonly keepPlan: (plan: OperationPlan) => Promise<void>;
  readonly readLimits: (component: string) => Promise<Limits>;
}

/** Observations and proposals: what was decided, and not carried out. */
export function createHeldBack(options: HeldBackOptions): HeldBackStore {
  const { table, tableName, historyRetentionDays, newRequestToken, keepPlan, readLimits } = options;

  async function holdBack(
    plan: OperationPlan,
    record: Item,
    before: Limits,
    after: Limits,
  ): Promise<HoldBackOutcome> {
    await keepPlan(plan);
    return holdBackOutcome(
      await table.transact(holdBackInput(tableName, newRequestToken(), record, before, after)),
    );
  }

  const readHeldBack: HeldBackStore['readHeldBack'] = async (operationId) => {
    const keys = [observationKey(operationId), proposalKey(operationId)];
    const items = await table.getMany(keys);
    const [observation, proposal] = keys.map(({ pk }) => items.find((item) => item['pk']?.S === pk));
    return {
      ...(observation && { observation: decodeObservation(observation) }),
      ...(proposal && { proposal: decodeProposal(proposal) }),
    };
  };

  async function list(partition: string, limit: number, sinceMs?: number): Promise<readonly Item[]> {
    const from = sinceMs === undefined ? undefined : idTime(sinceMs);
    return await table.query(newestFirst(tableName, partition, from), limit);
  }

  const endProposal: HeldBackStore['endProposal'] = async (proposal, end) => {
    const input = endProposalInput(tableName, newRequestToken(), proposal, end);
    return (await table.transactPatiently(input)).outcome === 'written';
  };

  async function release(component: string, atMs: number): Promise<void> {
    for (let tries = 0; tries < CONFLICT_TRIES; tries += 1) {
      const before = await readLimits(component);
      const after = withoutObserved(before, atMs);
      if (after.component === before.component) return;
      const input = releaseObservedInput(tableName, newRequestToken(), before, after);
      if ((await table.transactPatiently(input)).outcome === 'written') return;
    }
    throw new StoreUnavailable(`the limits of ${component} changed faster than they could be read`);
  }

  return {
    observe: async (observation, undone, limits) =>
      await holdBack(
        undone.grant.plan,
        encodeObservation(observation, historyRetentionDays),
        limits,
        withObserved(limits, undone),
      ),

    propose: async (proposal, undone, limits) =>
      await holdBack(
        undone.grant.plan,
        encodeProposal(proposal, historyRetentionDays),
        limits,
        withProposed(limits, proposal),
      ),

    readHeldBack,

    listObservations: async (limit, sinceMs) =>
      (await list(OBSERVATIONS_PARTITION, limit, sinceMs)).map(decodeObservation),

    listProposals: async (limit, sinceMs) =>
      (await list(PROPOSALS_PARTITION, limit, sinceMs)).map(decodeProposal),

    noteProposalNotified: async (proposalId, atMs) => {
      await table.update(noteProposalNotifiedInput(tableName, proposalId, atMs));
    },

    addApproval: async (proposal, approval) => {
      const added = await table.update(addApprovalInput(tableName, proposal, approval));
      if (added.written) return true;
      if (!added.repeated || !added.item) return false;
      const last = decodeProposal(added.item).approvals.at(-1);
      return last?.by === approval.by && last.atMs === approval.atMs;
    },

    endProposal,

    // The records first: they are found by what the component's item says.
    noteRecovery: async (component, atMs) => {
      const { observed, proposal } = (await readLimits(component)).component;
      for (const operationId of observed?.unrecovered ?? [])
        await table.update(noteRecoveredInput(tableName, operationId, atMs));
      if (observed && observed.unrecovered.length > 0) await release(component, atMs);
      if (!proposal) return undefined;
      const { proposal: open } = await readHeldBack(proposal.proposalId);
      return open && isWithdrawnBy(open, atMs) ? open : undefined;
    },
  };
}

function holdBackOutcome(transacted: Transacted): HoldBackOutcome {
  if (transacted.outcome === 'written') return { outcome: 'recorded' };
  if (transacted.outcome === 'conflict') return { outcome: 'conflict' };
  const isKnown = transacted.reasons[HELD_BACK_ITEMS.record]?.Code === 'ConditionalCheckFailed';
  return { outcome: isKnown ? 'duplicate' : 'conflict' };
}
