import { DELIVERIES, type Delivery } from '../../core/actions/deliveries.ts';
import type { ComponentRecord } from '../../core/admission/records.ts';
import type { ChangeEvent, ChangeSource } from '../../core/change/change-event.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { deliveryOf } from '../../core/operation/action-effects.ts';
import type { ChangeStore } from '../../ports/change-store.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { TriageDecision } from '../triage/triage-deps.ts';

export interface RecordChangesDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components' | 'strategies'>;
  readonly changes: Pick<ChangeStore, 'recordChange'>;
  readonly store: Pick<OperationStore, 'readComponents' | 'listOperations'>;
}

/** The services through which Selfheal's own actions change a component. */
const OWN_MEANS: ReadonlySet<ChangeSource> = new Set(['ecs', 'lambda', 'ssm', 'autoscaling', 'rds']);
/** What brings releases to components, by who reports its changes. */
const BY_SOURCE = new Map<ChangeSource, Delivery>(
  (Object.keys(DELIVERIES) as readonly Delivery[]).map((delivery) => [DELIVERIES[delivery].source, delivery]),
);

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
  { changes, store, configuration }: RecordChangesDeps,
  events: readonly ChangeEvent[],
): Promise<TriageDecision> {
  const makers = events.map((event) => mayHaveMade(configuration, event));
  const names = [...new Set(makers.flatMap(({ components }) => components))];
  const records = names.length > 0 ? await store.readComponents(names) : [];
  await Promise.all(
    events.map(async (event, index) => {
      const { components = [], isMeans = () => true } = makers[index] ?? {};
      const own = records.filter(({ component }) => components.includes(component));
      const operationId = await operationAmong(store, own, event.atMs, isMeans);
      await changes.recordChange({ ...event, ...(operationId !== undefined && { operationId }) });
    }),
  );
  const what = events.map(({ component, phase, summary }) => `${component}: ${summary} ${phase}`);
  return { decision: 'observe', detail: what.join('; ') };
}

/** Components whose repair may have made a change. */
interface Makers {
  readonly components: readonly string[];
  /** Whether a strategy has the means. @default any has */
  readonly isMeans?: (strategyId: string) => boolean;
}

/** What is delivered to several components may have been rolled back for another one. */
function mayHaveMade(
  { components, strategies }: RecordChangesDeps['configuration'],
  { component, source, resource }: ChangeEvent,
): Makers {
  if (OWN_MEANS.has(source)) return { components: [component] };
  const delivery = BY_SOURCE.get(source);
  if (delivery === undefined || resource === undefined) return { components: [] };
  return {
    components: Object.keys(components).filter((name) => components[name]?.[delivery] === resource),
    isMeans: (strategyId) =>
      strategies.some(
        ({ id, actions }) => id === strategyId && actions.some((each) => deliveryOf(each) === delivery),
      ),
  };
}

async function operationAmong(
  store: RecordChangesDeps['store'],
  records: readonly ComponentRecord[],
  atMs: number,
  isMeans: (strategyId: string) => boolean,
): Promise<string | undefined> {
  for (const record of records) {
    const operationId = await operationAt(store, record, atMs, isMeans);
    if (operationId !== undefined) return operationId;
  }
  return undefined;
}

/** The operation that was healing the component at a time. Operations are only looked through if there may be one. */
async function operationAt(
  store: RecordChangesDeps['store'],
  { component, claim, attemptsMs }: ComponentRecord,
  atMs: number,
  isMeans: (strategyId: string) => boolean,
): Promise<string | undefined> {
  const hadBegun = (startedAtMs: number) => startedAtMs < atMs + SECOND_MS;
  if (claim && (attemptsMs[claim.strategyId] ?? []).slice(-1).some(hadBegun))
    return isMeans(claim.strategyId) ? claim.operationId : undefined;
  const begun = Object.entries(attemptsMs)
    .filter(([strategyId]) => isMeans(strategyId))
    .flatMap(([, times]) => times)
    .filter(hadBegun);
  if (begun.length === 0) return undefined;
  const sinceMs = Math.max(...begun) - LONGEST_BEFORE_ADMISSION_MS;
  const operations = await store.listOperations(OPERATIONS_LOOKED_AT, Math.max(0, sinceMs));
  return operations.find(
    ({ component: own, strategyId, startedAtMs, completedAtMs = Number.POSITIVE_INFINITY }) =>
      own === component && isMeans(strategyId) && hadBegun(startedAtMs) && atMs <= completedAtMs,
  )?.operationId;
}
