import type { ComponentRecord } from '../../core/admission/records.ts';
import type { ChangeEvent, ChangeSource } from '../../core/change/change-event.ts';
import type { ChangeStore } from '../../ports/change-store.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { TriageDecision } from '../triage/triage-deps.ts';

export interface RecordChangesDeps {
  readonly changes: Pick<ChangeStore, 'recordChange'>;
  readonly store: Pick<OperationStore, 'readComponents' | 'listOperations'>;
}

/** The services through which Selfheal's own actions change a component. */
const OWN_MEANS: ReadonlySet<ChangeSource> = new Set(['ecs', 'lambda', 'ssm', 'autoscaling', 'rds']);

/** EventBridge dates events by whole seconds: one of an operation's first second may seem to be earlier. */
const SECOND_MS = 1_000;
/** Ids of operations begin with the time of their alert, which is rarely older than this when it is admitted. */
const LONGEST_BEFORE_ADMISSION_MS = 3_600_000;
const OPERATIONS_LOOKED_AT = 200;

/**
 * Keeps what was reported of changes. What happened while Selfheal was healing the component, by means that its actions
 * use as well, is taken for part of the repair: the services do not say who did it. The times decide, not the delivery.
 */
export async function recordChanges(
  { changes, store }: RecordChangesDeps,
  events: readonly ChangeEvent[],
): Promise<TriageDecision> {
  const mayBeOwn = events.filter(({ source }) => OWN_MEANS.has(source)).map(({ component }) => component);
  const records = mayBeOwn.length > 0 ? await store.readComponents(mayBeOwn) : [];
  await Promise.all(
    events.map(async (event) => {
      const record = records.find(({ component }) => component === event.component);
      const operationId =
        record && OWN_MEANS.has(event.source) ? await operationAt(store, record, event.atMs) : undefined;
      await changes.recordChange({ ...event, ...(operationId !== undefined && { operationId }) });
    }),
  );
  const what = events.map(({ component, phase, summary }) => `${component}: ${summary} ${phase}`);
  return { decision: 'observe', detail: what.join('; ') };
}

/** The operation that was healing the component at a time. Operations are only looked through if there may be one. */
async function operationAt(
  store: RecordChangesDeps['store'],
  { component, claim, attemptsMs }: ComponentRecord,
  atMs: number,
): Promise<string | undefined> {
  const hadBegun = (startedAtMs: number) => startedAtMs < atMs + SECOND_MS;
  if (claim && (attemptsMs[claim.strategyId] ?? []).slice(-1).some(hadBegun)) return claim.operationId;
  const begun = Object.values(attemptsMs).flat().filter(hadBegun);
  if (begun.length === 0) return undefined;
  const sinceMs = Math.max(...begun) - LONGEST_BEFORE_ADMISSION_MS;
  const operations = await store.listOperations(OPERATIONS_LOOKED_AT, Math.max(0, sinceMs));
  return operations.find(
    ({ component: own, startedAtMs, completedAtMs = Number.POSITIVE_INFINITY }) =>
      own === component && hadBegun(startedAtMs) && atMs <= completedAtMs,
  )?.operationId;
}
