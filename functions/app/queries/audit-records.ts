import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { AuditEntry, AuditKind } from '../../core/report/audit-lines.ts';
import { peopleSettings } from '../../core/report/people-settings.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { inParallel } from '../in-parallel.ts';
import { type PeriodRecordsDeps, periodRecords } from './period-records.ts';

const RECORDS_AT_MOST = 10_000;
const READS_AT_A_TIME = 16;

export interface AuditRecordsDeps extends PeriodRecordsDeps {
  readonly store: PeriodRecordsDeps['store'] &
    Pick<OperationStore, 'getPlan' | 'listProposals' | 'listDenials' | 'readComponents'>;
}

export interface AuditRecords {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Whether older records of the period were left out. */
  readonly isCut: boolean;
  readonly entries: readonly AuditEntry[];
}

/** Every record of the last days, one by one: what was decided and done, under what it was decided, and what people set. */
export async function auditRecords(
  deps: AuditRecordsDeps,
  { days }: { readonly days: number },
): Promise<AuditRecords> {
  const { store } = deps;
  const records = await periodRecords(deps, { days });
  const { sinceMs, untilMs } = records;
  const [listed, denials, fleet, components] = await Promise.all([
    store.listProposals(RECORDS_AT_MOST, sinceMs),
    store.listDenials(),
    store.readFleet(),
    store.readComponents(records.components),
  ]);
  const begun = <Kept extends { readonly startedAtMs: number }>({ startedAtMs }: Kept) =>
    startedAtMs >= sinceMs;
  const operations = records.operations.filter(begun);
  const observations = records.observations.filter(({ operation }) => begun(operation));
  const proposals = listed.filter(({ operation }) => begun(operation));
  const decided = [...operations, ...[...observations, ...proposals].map(({ operation }) => operation)];
  const plans: (OperationPlan & { readonly planId: string })[] = [];
  await inParallel([...new Set(decided.map(({ planId }) => planId))], READS_AT_A_TIME, async (planId) => {
    const plan = await store.getPlan(planId);
    if (plan) plans.push({ planId, ...plan });
  });
  const entries = <Kept>(kind: AuditKind, kept: readonly Kept[], idOf: (record: Kept) => string) =>
    kept.map((record): AuditEntry => ({ kind, id: idOf(record), record }));
  return {
    sinceMs,
    untilMs,
    isCut: records.isCut || listed.length === RECORDS_AT_MOST,
    entries: [
      ...entries('plan', plans, ({ planId }) => planId),
      ...entries('operation', operations, ({ operationId }) => operationId),
      ...entries('step', records.steps, ({ operationId, stepId }) => `${operationId}#${stepId}`),
      ...entries('observation', observations, ({ operation }) => operation.operationId),
      ...entries('proposal', proposals, ({ operation }) => operation.operationId),
      ...entries(
        'refusal',
        records.refusals.filter(({ refusedAtMs }) => refusedAtMs >= sinceMs),
        ({ occurredAtMs, component, signalId }) => `${occurredAtMs}#${component}#${signalId}`,
      ),
      ...entries(
        'denial',
        denials.filter(({ notedAtMs }) => notedAtMs >= sinceMs),
        ({ role = 'unknown', action }) => `${role}#${action}`,
      ),
      ...entries(
        'setting',
        peopleSettings(fleet, components, sinceMs, untilMs),
        ({ part, name }) => `${part}#${name}`,
      ),
    ],
  };
}
