import type { Component } from '../../../functions/core/configuration/schema.ts';
import type { EndpointProber } from '../../../functions/ports/observers.ts';
import type { RunbookPerformance, RunbookRequest } from './simulated-hosts.ts';

/** What is wrong with a component. */
export interface Sickness {
  /** Each of these actions cures it; if there are none, nothing does. */
  readonly curedBy: readonly string[];
}

/** The components as seen from outside: healthy, or broken until the right action is done. */
export interface SimulatedServices {
  readonly sicken: (component: string, sickness: Sickness) => void;
  readonly cure: (component: string) => void;
  readonly isHealthy: (component: string) => boolean;
  /** For simulated hosts: called when a runbook has done its work. */
  readonly onDone: (request: RunbookRequest, performance: RunbookPerformance) => void;
  /** Probes the components' health endpoints. */
  readonly endpoints: EndpointProber;
}

/** @param onCured called when a broken component has become healthy */
export function createSimulatedServices(
  components: Readonly<Record<string, Component>>,
  onCured: (component: string) => void = () => {},
): SimulatedServices {
  const sicknesses = new Map<string, Sickness>();
  const byUrl = new Map(
    Object.entries(components).flatMap(([name, { health }]) => (health ? [[health.url, name] as const] : [])),
  );
  const cure = (component: string) => {
    if (sicknesses.delete(component)) onCured(component);
  };
  return {
    sicken: (component, sickness) => void sicknesses.set(component, sickness),
    cure,
    isHealthy: (component) => !sicknesses.has(component),
    onDone: ({ component, action }, { exitCode = 0 }) => {
      if (exitCode === 0 && sicknesses.get(component)?.curedBy.includes(action)) cure(component);
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
