import { isGroupAlarm } from '../../../functions/core/configuration/alarm-sources.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { AlarmState } from '../../../functions/core/verification/alarm-observation.ts';
import type { AlarmEngine } from '../../../local/alarms/alarm-engine.ts';
import type { VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import type { RunbookPerformance, RunbookRequest } from '../../../local/embedded/hosts/simulated-hosts.ts';
import {
  createSimulatedServices,
  type Sickness,
  type SimulatedServices,
} from '../../../local/embedded/hosts/simulated-services.ts';
import type { Injector } from '../faults/injector.ts';
import type { Trace } from '../trace/trace.ts';
import { createSpreading } from './spreading.ts';

/** An alarm turns green between this long and twice as long after its component has recovered. */
const GREEN_AFTER_MS = 20_000;

export interface ComponentHealthDeps {
  readonly fleet: CompiledConfiguration;
  readonly clock: VirtualClock;
  readonly trace: Trace;
  readonly injector: Injector;
  readonly alarms: () => AlarmEngine;
}

/** The real health of all components, and what their alarms say about it. */
export interface ComponentHealth {
  readonly services: SimulatedServices;
  /** @param place names the incident */
  readonly sicken: (component: string, sickness: Sickness, place: string) => void;
  /** Whether it is neither broken nor suffers from anything behind it. @param instanceId one of its hosts. @default all of them */
  readonly isWell: (component: string, instanceId?: string) => boolean;
  /** @param instanceId the contributor, of an alarm over the instances of a group */
  readonly setAlarm: (name: string, state: AlarmState, instanceId?: string) => void;
  readonly alarmsOf: (component: string) => readonly string[];
  /** Watches a host for the whole stability window, as the real runbook does. */
  readonly probe: (request: RunbookRequest) => RunbookPerformance;
}

/** Whether a component is a group whose alarms watch each instance separately. */
export function isWatchedByInstance({ components }: CompiledConfiguration, name: string): boolean {
  const component = components[name];
  if (component === undefined) return false;
  return Object.values(component.alarms).some(
    (alarm) => 'threshold' in alarm && isGroupAlarm(component, alarm),
  );
}

export function createComponentHealth(deps: ComponentHealthDeps): ComponentHealth {
  const { fleet, clock, trace, injector, alarms } = deps;
  const startMs = clock.nowMs();
  /** By component; by instance where each breaks separately. */
  const wellSinceMs = new Map<string, number>();

  const alarmsOf = (component: string) =>
    Object.keys(fleet.alarms).filter((name) => fleet.alarms[name]?.component === component);
  const setAlarm = (name: string, state: AlarmState, instanceId?: string) => {
    const component = fleet.alarms[name]?.component ?? '';
    const reason = `made ${state}`;
    trace.note({ kind: 'alarm', name, component, state, ...(instanceId !== undefined && { instanceId }) });
    void (instanceId !== undefined && state !== 'INSUFFICIENT_DATA'
      ? alarms().setContributorState(name, { InstanceId: instanceId }, state, reason)
      : alarms().setAlarmState(name, state, reason));
  };
  const services = createSimulatedServices(fleet.components, (component, instanceId) => {
    trace.note({ kind: 'cured', component, ...(instanceId !== undefined && { instanceId }) });
    wellSinceMs.set(instanceId ?? component, clock.nowMs());
    const who = instanceId === undefined ? component : `${component} ${instanceId}`;
    const greenMs = GREEN_AFTER_MS + injector.draw(`${who} ${clock.nowMs()} recovers`) * GREEN_AFTER_MS;
    const relieved = services.isHealthy(component) ? spreading.relieve(component) : [];
    for (const each of [component, ...relieved]) {
      for (const name of alarmsOf(each))
        clock.after(greenMs, () => {
          if (isWell(each, instanceId)) setAlarm(name, 'OK', instanceId);
        });
    }
  });
  const spreading = createSpreading({
    fleet,
    clock,
    trace,
    injector,
    isSick: (component) => !services.isHealthy(component),
    redden: (component, metric) => {
      for (const name of alarmsOf(component))
        if (fleet.alarms[name]?.metric === metric) setAlarm(name, 'ALARM');
    },
  });
  const isWell = (component: string, instanceId?: string) =>
    services.isHealthy(component, instanceId) && !spreading.isSuffering(component);
  const wellSince = (component: string, instanceId: string) =>
    services.isHealthy(component, instanceId)
      ? (wellSinceMs.get(instanceId) ?? wellSinceMs.get(component) ?? startMs)
      : Number.POSITIVE_INFINITY;

  return {
    services,
    alarmsOf,
    setAlarm,
    isWell,
    sicken: (component, sickness, place) => {
      trace.note({ kind: 'sick', component, ...sickness });
      services.sicken(component, sickness);
      spreading.spread(component, place);
    },
    probe: ({ component, instanceId, parameters }) => {
      const beginMs = clock.nowMs();
      return {
        takesMs: Number(parameters['stableSeconds'] ?? 1) * 1_000,
        get exitCode() {
          return wellSince(component, instanceId) <= beginMs ? 0 : 1;
        },
        get word() {
          return this.exitCode === 0 ? '{}' : `selfheal: UNHEALTHY: ${component} is sick`;
        },
      };
    },
  };
}
