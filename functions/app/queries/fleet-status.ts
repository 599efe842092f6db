import { isInForce } from '../../core/admission/decide-admission.ts';
import {
  type ComponentRecord,
  type FleetRecord,
  newComponentRecord,
  type Pause,
} from '../../core/admission/records.ts';
import { type Standing, standingOf } from '../../core/admission/standing.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { StepId } from '../../core/operation/operation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

export interface ComponentStatus extends Standing {
  readonly component: string;
  readonly group?: string;
  /**
   * Whether records count it as unhealthy. `false` proves nothing: Selfheal counts components that had an alert, and
   * probes none.
   */
  readonly isUnhealthy: boolean;
  /** The operation that holds its claim. */
  readonly operation?: {
    readonly operationId: string;
    readonly strategyId: string;
    readonly leaseUntilMs: number;
    /** The step that it is waiting for. */
    readonly stepId?: StepId;
  };
}

export interface GroupStatus {
  readonly group: string;
  readonly members: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  readonly unhealthy: number;
  readonly minHealthy: number;
}

/** The fleet, as records and configuration have it. */
export interface FleetStatus {
  readonly atMs: number;
  /** `settings.autoHealEnabled` of the configuration. */
  readonly autoHealEnabled: boolean;
  /** `settings.paused` of the configuration, which no `resume` lifts. */
  readonly pausedByConfiguration: boolean;
  /** The pause in force, set at run time. */
  readonly pause?: Pause;
  readonly inFlight: number;
  readonly maxConcurrentRepairs: number;
  readonly groups: readonly GroupStatus[];
  readonly components: readonly ComponentStatus[];
  /** In flight or unhealthy on record, and not in this configuration. */
  readonly unknownComponents: readonly string[];
}

export interface FleetStatusDeps {
  readonly store: Pick<OperationStore, 'readComponents' | 'readFleet'>;
  readonly configuration: CompiledConfiguration;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** All components with what would be answered to an alert now, and the budgets of their groups. */
export async function fleetStatus({ store, configuration, clock }: FleetStatusDeps): Promise<FleetStatus> {
  const { settings, groups, components } = configuration;
  const names = Object.keys(components).sort();
  const [fleet, records] = await Promise.all([store.readFleet(), store.readComponents(names)]);
  const nowMs = clock.nowMs();
  const noted = new Set([...fleet.inFlight, ...fleet.unhealthy]);
  return {
    atMs: nowMs,
    autoHealEnabled: settings.autoHealEnabled,
    pausedByConfiguration: settings.paused,
    ...(fleet.pause && isInForce(fleet.pause, nowMs) && { pause: fleet.pause }),
    inFlight: fleet.inFlight.length,
    maxConcurrentRepairs: settings.maxConcurrentRepairs,
    groups: Object.entries(groups).map(([group, { members, maxInFlight, minHealthy }]) => ({
      group,
      members: members.length,
      inFlight: countOf(members, fleet.inFlight),
      maxInFlight,
      unhealthy: countOf(members, [...fleet.inFlight, ...fleet.unhealthy]),
      minHealthy,
    })),
    components: names.map((name, index) =>
      componentStatus(configuration, records[index] ?? newComponentRecord(name), fleet, nowMs),
    ),
    unknownComponents: [...noted].filter((name) => !names.includes(name)).sort(),
  };
}

/** One component of the fleet. */
export function componentStatus(
  configuration: CompiledConfiguration,
  record: ComponentRecord,
  fleet: FleetRecord,
  nowMs: number,
): ComponentStatus {
  const { component, claim } = record;
  const group = configuration.components[component]?.group;
  return {
    component,
    ...(group !== undefined && { group }),
    isUnhealthy: fleet.unhealthy.includes(component),
    ...(claim && {
      operation: {
        operationId: claim.operationId,
        strategyId: claim.strategyId,
        leaseUntilMs: claim.leaseUntilMs,
        ...(claim.step && { stepId: claim.step.stepId }),
      },
    }),
    ...standingOf(configuration, { component: record, fleet }, nowMs),
  };
}

function countOf(members: readonly string[], names: readonly string[]): number {
  return members.filter((member) => names.includes(member)).length;
}
