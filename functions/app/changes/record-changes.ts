import type { ChangeEvent, ChangeSource } from '../../core/change/change-event.ts';
import type { ChangeStore } from '../../ports/change-store.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { TriageDecision } from '../triage-deps.ts';

export interface RecordChangesDeps {
  readonly changes: Pick<ChangeStore, 'recordChange'>;
  readonly store: Pick<OperationStore, 'readComponents'>;
}

/** The services through which Selfheal's own actions change a component. */
const OWN_MEANS: ReadonlySet<ChangeSource> = new Set(['ecs', 'lambda', 'ssm', 'autoscaling', 'rds']);

/**
 * Keeps what was reported of changes. What begins while Selfheal heals the component, by means that its actions use as
 * well, is taken for part of the repair: the services do not say who did it.
 */
export async function recordChanges(
  { changes, store }: RecordChangesDeps,
  events: readonly ChangeEvent[],
): Promise<TriageDecision> {
  const mayBeOwn = events.filter(({ source }) => OWN_MEANS.has(source)).map(({ component }) => component);
  const records = mayBeOwn.length > 0 ? await store.readComponents(mayBeOwn) : [];
  const claims = new Map(records.map(({ component, claim }) => [component, claim?.operationId]));
  await Promise.all(
    events.map((event) => {
      const operationId = OWN_MEANS.has(event.source) ? claims.get(event.component) : undefined;
      return changes.recordChange({ ...event, ...(operationId !== undefined && { operationId }) });
    }),
  );
  const what = events.map(({ component, phase, summary }) => `${component}: ${summary} ${phase}`);
  return { decision: 'observe', detail: what.join('; ') };
}
