import * as z from 'zod/mini';
import type { Observation } from '../../core/admission/observation.ts';
import { PROPOSAL_ENDS, type Proposal } from '../../core/admission/proposal.ts';
import { STRICTER_MODES } from '../../core/configuration/modes.ts';
import { lazily } from '../../core/lazily.ts';
import { decodeItem, encodeItem, epochMs, type Item } from './item.ts';
import { observationKey, proposalKey } from './keys.ts';
import { decodeOperation, encodeOperation } from './operation-item.ts';

const setMode = lazily(() =>
  z.object({
    of: z.enum(['everything', 'group', 'component']),
    name: z.exactOptional(z.string()),
    mode: z.enum(STRICTER_MODES),
    reason: z.string(),
    sinceMs: epochMs,
    untilMs: z.exactOptional(epochMs),
  }),
);

const observationItem = lazily(() =>
  z.object({
    untilMs: epochMs,
    setMode: z.exactOptional(setMode()),
    recoveredAtMs: z.exactOptional(epochMs),
  }),
);

const proposalItem = lazily(() =>
  z.object({
    expiresAtMs: epochMs,
    approvalsNeeded: z.int().check(z.positive()),
    blastRadius: z.object({
      targets: z.array(z.string()),
      maxConcurrentTargets: z.int(),
      group: z.exactOptional(
        z.object({ name: z.string(), members: z.int(), healthyLeft: z.int(), minHealthy: z.int() }),
      ),
    }),
    setMode: z.exactOptional(setMode()),
    approvals: z.array(z.object({ by: z.string(), atMs: epochMs, reason: z.exactOptional(z.string()) })),
    notifiedAtMs: z.exactOptional(epochMs),
    end: z.exactOptional(
      z.object({
        kind: z.enum(PROPOSAL_ENDS),
        atMs: epochMs,
        by: z.exactOptional(z.string()),
        reason: z.exactOptional(z.string()),
        untilMs: z.exactOptional(epochMs),
      }),
    ),
  }),
);

/** The operation as its own item would hold it, in another partition: nothing that carries out operations finds it. */
export function encodeObservation({ operation, ...facts }: Observation, historyRetentionDays: number): Item {
  return {
    ...encodeOperation(operation, historyRetentionDays),
    ...encodeItem({ ...observationKey(operation.operationId), ...facts }),
  };
}

/** @throws ItemNotDecodable */
export function decodeObservation(item: Item): Observation {
  return { operation: decodeOperation(item), ...decodeItem(item, observationItem) };
}

export function encodeProposal({ operation, ...facts }: Proposal, historyRetentionDays: number): Item {
  return {
    ...encodeOperation(operation, historyRetentionDays),
    ...encodeItem({ ...proposalKey(operation.operationId), ...facts }),
  };
}

/** @throws ItemNotDecodable */
export function decodeProposal(item: Item): Proposal {
  return { operation: decodeOperation(item), ...decodeItem(item, proposalItem) };
}
