import { isInForce } from '../../core/admission/in-force.ts';
import { type ModeInForce, modeIn, modesInForce } from '../../core/admission/mode-now.ts';
import { calendarsInUse, closedDetail, windowsOf } from '../../core/admission/outside-window.ts';
import { settingInForce } from '../../core/admission/override.ts';
import {
  type FleetRecord,
  type Limits,
  newComponentRecord,
  type Override,
  type Pause,
} from '../../core/admission/records.ts';
import { type Standing, standingOf } from '../../core/admission/standing.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Window } from '../../core/configuration/schema/schema.ts';
import type { StepId } from '../../core/operation/operation.ts';
import type { Severity } from '../../core/signal/severity.ts';
import type { CalendarStates } from '../../core/window/calendar-state.ts';
import { changesAtMs } from '../../core/window/opening-hours.ts';
import type { Calendars } from '../../ports/calendars.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { lookUpCalendars } from '../triage/read-calendars.ts';

export interface ComponentStatus extends Standing {
  readonly component: string;
  readonly group?: string;
  /** A person has it left alone. */
  readonly exclusion?: Pause;
  /** Modes that people set at run time and that hold for it: for everything, its group, or itself. */
  readonly modes: readonly ModeInForce[];
  /** The names of its windows. */
  readonly windows: readonly string[];
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
  /** The pause of this group alone that is in force. */
  readonly pause?: Pause;
  /** The mode that a person set for this group alone. */
  readonly mode?: ModeInForce;
  readonly members: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  readonly unhealthy: number;
  readonly minHealthy: number;
}

export interface WindowStatus {
  readonly window: string;
  readonly isOpen: boolean;
  /** Why it is closed. */
  readonly detail?: string;
  /** When its hours change. @default - they don't within a year */
  readonly changesAtMs?: number;
  /** A person holds it open. */
  readonly opening?: Pause;
  /** Severities that are healed although it is closed. */
  readonly exempt: readonly Severity[];
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
  /** The mode that a person set for all components. */
  readonly mode?: ModeInForce;
  readonly inFlight: number;
  readonly maxConcurrentRepairs: number;
  readonly windows: readonly WindowStatus[];
  readonly groups: readonly GroupStatus[];
  readonly components: readonly ComponentStatus[];
  /** In flight or unhealthy on record, and not in this configuration. */
  readonly unknownComponents: readonly string[];
}

export interface FleetStatusDeps {
  readonly store: Pick<OperationStore, 'readComponents' | 'readFleet'>;
  readonly configuration: CompiledConfiguration;
  readonly calendars: Calendars;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** All components with what would be answered to an alert now, and the budgets of their groups. */
export async function fleetStatus(deps: FleetStatusDeps): Promise<FleetStatus> {
  const { store, configuration, clock } = deps;
  const { settings, groups, components } = configuration;
  const names = Object.keys(components).sort();
  const [fleet, records, calendars] = await Promise.all([
    store.readFleet(),
    store.readComponents(names),
    lookUpCalendars(deps, calendarsInUse(configuration)),
  ]);
  const nowMs = clock.nowMs();
  const noted = new Set([...fleet.inFlight, ...fleet.unhealthy]);
  return {
    atMs: nowMs,
    autoHealEnabled: settings.autoHealEnabled,
    pausedByConfiguration: settings.paused,
    ...(fleet.pause && isInForce(fleet.pause, nowMs) && { pause: fleet.pause }),
    ...firstAs('mode', modeIn(fleet.modeOverride, nowMs, { of: 'everything' })),
    inFlight: fleet.inFlight.length,
    maxConcurrentRepairs: settings.maxConcurrentRepairs,
    windows: Object.entries(configuration.windows).map(([name, window]) =>
      windowStatus(name, window, { fleet, calendars }, nowMs),
    ),
    groups: Object.entries(groups).map(([group, { members, maxInFlight, minHealthy }]) => ({
      group,
      ...pauseOf(fleet.groupPauses?.[group], nowMs),
      ...firstAs('mode', modeIn(fleet.groupModes?.[group], nowMs, { of: 'group', name: group })),
      members: members.length,
      inFlight: countOf(members, fleet.inFlight),
      maxInFlight,
      unhealthy: countOf(members, [...fleet.inFlight, ...fleet.unhealthy]),
      minHealthy,
    })),
    components: names.map((name, index) =>
      componentStatus(
        configuration,
        { component: records[index] ?? newComponentRecord(name), fleet },
        calendars,
        nowMs,
      ),
    ),
    unknownComponents: [...noted].filter((name) => !names.includes(name)).sort(),
  };
}

/** One component of the fleet. */
export function componentStatus(
  configuration: CompiledConfiguration,
  limits: Limits,
  calendars: CalendarStates,
  nowMs: number,
): ComponentStatus {
  const { fleet } = limits;
  const { component, claim } = limits.component;
  const exclusion = settingInForce(limits.component.exclusion, nowMs);
  const group = configuration.components[component]?.group;
  return {
    component,
    ...(group !== undefined && { group }),
    ...(exclusion && { exclusion }),
    modes: modesInForce({ configuration, limits, nowMs }, component),
    windows: [...windowsOf(component, configuration).keys()],
    isUnhealthy: fleet.unhealthy.includes(component),
    ...(claim && {
      operation: {
        operationId: claim.operationId,
        strategyId: claim.strategyId,
        leaseUntilMs: claim.leaseUntilMs,
        ...(claim.step && { stepId: claim.step.stepId }),
      },
    }),
    ...standingOf(configuration, limits, nowMs, calendars),
  };
}

function windowStatus(
  name: string,
  window: Window,
  { fleet, calendars }: { readonly fleet: FleetRecord; readonly calendars: CalendarStates },
  nowMs: number,
): WindowStatus {
  const detail = closedDetail(name, window, calendars, nowMs);
  const opening = settingInForce(fleet.windowOpenings?.[name], nowMs);
  const changeMs = changesAtMs(window, nowMs);
  return {
    window: name,
    isOpen: detail === undefined,
    ...(detail !== undefined && { detail }),
    ...(changeMs !== undefined && { changesAtMs: changeMs }),
    ...(opening && { opening }),
    exempt: window.exempt,
  };
}

/** A property that is there if there is a first. */
function firstAs<Name extends string, Item>(
  name: Name,
  [first]: readonly Item[],
): { readonly [Key in Name]?: Item } {
  return first === undefined ? {} : ({ [name]: first } as { readonly [Key in Name]?: Item });
}

function pauseOf(override: Override | undefined, nowMs: number): { readonly pause?: Pause } {
  const pause = settingInForce(override, nowMs);
  return pause ? { pause } : {};
}

function countOf(members: readonly string[], names: readonly string[]): number {
  return members.filter((member) => names.includes(member)).length;
}
