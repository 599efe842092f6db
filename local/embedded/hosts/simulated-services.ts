import type { Component } from '../../../functions/core/configuration/schema/schema.ts';
import type { EndpointProber } from '../../../functions/ports/observers.ts';
import type { RunbookPerformance, RunbookRequest } from './simulated-hosts.ts';

/** What is wrong with a component. */
export interface Sickness {
  /** Each of these actions cures it; if there are none, nothing does. */
  readonly curedBy: readonly string[];
  /** The hosts that are broken, each until it is repaired itself. @default - a repair of any host cures it */
  readonly instanceIds?: readonly string[];
}

/** The components as seen from outside: healthy, or broken until the right action is done. */
export interface SimulatedServices {
  readonly sicken: (component: string, sickness: Sickness) => void;
  readonly cure: (component: string) => void;
  /** Forgets a host that was terminated. */
  readonly lose: (instanceId: string) => void;
  /** @param instanceId one of its hosts. @default all of them */
  readonly isHealthy: (component: string, instanceId?: string) => boolean;
  /** For simulated hosts: called when a runbook has done its work. */
  readonly onDone: (request: RunbookRequest, performance: RunbookPerformance) => void;
  /** Probes the components' health endpoints. */
  readonly endpoints: EndpointProber;
}

/** @param onCured called when a broken component, or a host that was broken by itself, has become healthy */
export function createSimulatedServices(
  components: Readonly<Record<string, Component>>,
  onCured: (component: string, instanceId?: string) => void = () => {},
): SimulatedServices {
  const sicknesses = new Map<string, Sickness>();
  const byUrl = new Map(
    Object.entries(components).flatMap(([name, { health }]) => (health ? [[health.url, name] as const] : [])),
  );
  const cureHost = (component: string, sickness: Sickness, instanceId: string) => {
    const { instanceIds = [] } = sickness;
    const left = instanceIds.filter((id) => id !== instanceId);
    if (left.length === instanceIds.length) return;
    if (left.length > 0) sicknesses.set(component, { ...sickness, instanceIds: left });
    else sicknesses.delete(component);
    onCured(component, instanceId);
  };
  const cure = (component: string) => {
    const sickness = sicknesses.get(component);
    if (sickness?.instanceIds) {
      sicknesses.delete(component);
      for (const instanceId of sickness.instanceIds) onCured(component, instanceId);
    } else if (sicknesses.delete(component)) onCured(component);
  };
  return {
    sicken: (component, sickness) => void sicknesses.set(component, sickness),
    cure,
    lose: (instanceId) => {
      for (const [component, sickness] of sicknesses) cureHost(component, sickness, instanceId);
    },
    isHealthy: (component, instanceId) => {
      const sickness = sicknesses.get(component);
      if (sickness === undefined) return true;
      const { instanceIds } = sickness;
      return instanceId !== undefined && instanceIds !== undefined && !instanceIds.includes(instanceId);
    },
    onDone: ({ component, action, instanceId }, { exitCode = 0 }) => {
      const sickness = sicknesses.get(component);
      if (exitCode !== 0 || !sickness?.curedBy.includes(action)) return;
      if (sickness.instanceIds) cureHost(component, sickness, instanceId);
      else cure(component);
    },
    endpoints: {
      probe: async (url) => {
        const component = byUrl.get(url);
        if (component === undefined) return 'no-answer';
        return sicknesses.has(component) ? 'bad' : 'good';
      },
    },
  };
}
