import type { OperationStore } from '../../ports/operation-store.ts';
import { OWN_STEP_ITEMS, ownStepInput, putChangeInput } from './own-step-inputs.ts';
import { putStepInput } from './step-inputs.ts';
import { decodeStepRecord } from './step-item.ts';
import type { Table } from './table.ts';

export interface OwnStepOptions {
  readonly table: Table;
  readonly tableName: string;
  readonly historyRetentionDays: number;
  readonly newRequestToken: () => string;
}

export type OwnStepWrites = Pick<OperationStore, 'recordChange' | 'recordOwnOutcome'>;

/**
 * What a function writes of the step that it carries out, unless it has been overtaken.
 *
 * ```
 * act is held up ─────────────────────────────────────► its outcome: refused, for the undo was laid out without it
 *                 the task times out ─ ROLLING_BACK ─┘
 * ```
 */
export function createOwnStepWrites({
  table,
  tableName,
  historyRetentionDays,
  newRequestToken,
}: OwnStepOptions): OwnStepWrites {
  return {
    recordChange: async (key, step) => {
      const put = putChangeInput(tableName, historyRetentionDays, step);
      const input = ownStepInput(tableName, newRequestToken(), key, step, put);
      const transacted = await table.transactPatiently(input);
      if (transacted.outcome === 'written') return step.change;
      const { reasons } = transacted;
      const hasFailed = (index: number) => reasons[index]?.Code === 'ConditionalCheckFailed';
      if (hasFailed(OWN_STEP_ITEMS.component) || hasFailed(OWN_STEP_ITEMS.operation)) return undefined;
      const item = reasons[OWN_STEP_ITEMS.step]?.Item;
      const earlier = item && decodeStepRecord(item);
      return earlier?.outcome === undefined ? earlier?.change : undefined;
    },

    recordOwnOutcome: async (key, step) => {
      const put = putStepInput(tableName, historyRetentionDays, step);
      const input = ownStepInput(tableName, newRequestToken(), key, step, put);
      return (await table.transactPatiently(input)).outcome === 'written';
    },
  };
}
