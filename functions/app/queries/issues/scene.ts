import { calendarsInUse } from '../../../core/admission/outside-window.ts';
import {
  type ComponentRecord,
  type FleetRecord,
  newComponentRecord,
} from '../../../core/admission/records.ts';
import type { RefusalReason, RefusalRecord } from '../../../core/admission/refusal.ts';
import type { CompiledConfiguration } from '../../../core/configuration/compiled.ts';
import { type Outlook, outlookOf } from '../../../core/issue/outlook.ts';
import type { Operation } from '../../../core/operation/operation.ts';
import type { HealthAlert } from '../../../core/signal/health-alert.ts';
import { NOBODY } from '../../../core/signal/named-component.ts';
import type { CalendarStates } from '../../../core/window/calendar-state.ts';
import type { Calendars } from '../../../ports/calendars.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { OperationStore } from '../../../ports/operation-store.ts';
import { inParallel } from '../../in-parallel.ts';
import { lookUpCalendars } from '../../triage/read-calendars.ts';

const READS_AT_A_TIME = 16;
const OPERATIONS_AT_MOST = 1_000;
/** An older refusal says little about now. */
const REFUSED_WITHIN_MS = 3_600_000;
/**
 * Answers of diagnosis and of learning, which admission here does not ask, and how long they count. While an alarm is
 * red, the reconciler asks diagnosis every minute; people are notified of an ineffective chain once.
 */
const COUNTS_FOR_MS: Partial<Record<RefusalReason, number>> = {
  CAUSE_ELSEWHERE: 300_000,
  CHANGE_IN_PROGRESS: 300_000,
  INEFFECTIVE: REFUSED_WITHIN_MS,
};

export interface SceneDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<
    OperationStore,
    'readFleet' | 'readComponents' | 'listOperations' | 'listRefusals' | 'listSteps'
  >;
  readonly calendars: Calendars;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** What the records say of some components, read once for all questions about them. */
export interface Scene {
  readonly nowMs: number;
  readonly configuration: CompiledConfiguration;
  readonly fleet: FleetRecord;
  /** Sorted. */
  readonly components: readonly string[];
  readonly records: ReadonlyMap<string, ComponentRecord>;
  /** By component, newest first. */
  readonly operations: ReadonlyMap<string, readonly Operation[]>;
  /** The newest of the last hour, by the name under which it is filed. */
  readonly refusals: ReadonlyMap<string, RefusalRecord>;
  readonly calendars: CalendarStates;
}

/**
 * Reads the records of components.
 *
 * @throws ServiceError: without them, nothing can be said
 */
export async function readScene(deps: SceneDeps, components: readonly string[]): Promise<Scene> {
  const { configuration, store, clock } = deps;
  const sinceMs = Math.max(0, clock.nowMs() - REFUSED_WITHIN_MS);
  const [fleet, records, operations, calendars] = await Promise.all([
    store.readFleet(),
    store.readComponents(components),
    store.listOperations(OPERATIONS_AT_MOST),
    lookUpCalendars(deps, calendarsInUse(configuration)),
  ]);
  const refusals = new Map<string, RefusalRecord>();
  await inParallel([...components, NOBODY], READS_AT_A_TIME, async (name) => {
    const [newest] = await store.listRefusals(name, 1, sinceMs);
    if (newest) refusals.set(name, newest);
  });
  return {
    nowMs: clock.nowMs(),
    configuration,
    fleet,
    components,
    records: new Map(components.map((name, index) => [name, records[index] ?? newComponentRecord(name)])),
    operations: Map.groupBy(
      // Ids sort by when the signal was raised, to the second.
      operations.toSorted((a, b) => b.startedAtMs - a.startedAtMs),
      ({ component }) => component,
    ),
    refusals,
    calendars,
  };
}

/** What an alert on one of the scene's components would lead to. */
export function outlookIn(scene: Scene, alert: HealthAlert): Outlook {
  const { configuration, fleet, calendars, nowMs } = scene;
  const component = scene.records.get(alert.component);
  if (!component) return { kind: 'none' };
  const refusal = scene.refusals.get(alert.component);
  const countsForMs = (refusal && COUNTS_FOR_MS[refusal.reason]) ?? 0;
  return outlookOf(alert, {
    ...{ configuration, limits: { component, fleet }, calendars, nowMs },
    ...(refusal &&
      nowMs - refusal.refusedAtMs < countsForMs && {
        answered: { reason: refusal.reason, detail: refusal.detail },
      }),
  });
}

/** An alert as the reconciler, a monitor or a person would raise it now. */
export function alertNow(
  { nowMs }: Scene,
  alert: Pick<HealthAlert, 'component' | 'metric' | 'severity' | 'origin'> & Partial<HealthAlert>,
): HealthAlert {
  return { signalId: 'none', occurredAtMs: nowMs, reason: '', targets: [], ...alert };
}
