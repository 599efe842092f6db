import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { selectsHosts } from '../../../functions/core/configuration/target-selector.ts';
import type { VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import type { SimulatedServices } from '../../../local/embedded/hosts/simulated-services.ts';
import type { DependencyCall } from '../../../local/embedded/lambda/sandbox.ts';
import { isOfResources } from '../faults/outages.ts';
import type { ActingStep } from '../trace/acting-step.ts';
import type { Trace } from '../trace/trace.ts';
import { createResourceEffects } from './resource-effects.ts';
import { createResource, type ResourceServices } from './resources.ts';

export interface EstateDeps {
  readonly fleet: CompiledConfiguration;
  readonly clock: VirtualClock;
  readonly trace: Trace;
  readonly services: Pick<SimulatedServices, 'onDone'>;
}

/** The resources that components run on, changed by the engine and by other people. */
export interface Estate {
  readonly has: (component: string) => boolean;
  /**
   * Records what a call has really done.
   *
   * @param step the one that made it
   * @param beganAt the index of what happened next when it began
   */
  readonly noteCall: (call: DependencyCall, step: ActingStep, invocation: number, beganAt: number) => void;
  /** Another person changes a component's resource. @param draw 0 to 1: what of it */
  readonly interfere: (component: string, draw: number) => void;
}

export function createEstate(
  { fleet, clock, trace, services }: EstateDeps,
  resourceServices: ResourceServices,
): Estate {
  const resources = new Map(
    Object.entries(fleet.components).flatMap(([component, { targets }]) =>
      selectsHosts(targets) ? [] : [[component, createResource(targets, resourceServices)] as const],
    ),
  );
  const takeEffects = createResourceEffects([...resources.values()], resourceServices);
  /** By component: who called last. */
  const callers = new Map<string, { readonly step: ActingStep; readonly invocation: number }>();
  const noteOwn = (component: string) => {
    const resource = resources.get(component);
    const caller = callers.get(component);
    if (resource === undefined || caller === undefined) return;
    const { step, invocation } = caller;
    for (const { setting, values } of takeEffects(resource.id)) {
      const effect = { ...step, instanceId: resource.id, startMs: clock.nowMs() };
      trace.note({ kind: 'effect', effect, byService: true });
      if (values) trace.note({ kind: 'set', ...step, setting, ...values, invocation });
      if (!step.stepId.startsWith('heal-')) continue;
      clock.after(resource.takesMs, () =>
        services.onDone({ ...effect, parameters: {} }, { takesMs: resource.takesMs }),
      );
    }
  };
  return {
    has: (component) => resources.has(component),
    noteCall: ({ port, method }, step, invocation, beganAt) => {
      const { component } = step;
      if (!resources.has(component)) return;
      if (port === 'store' && method === 'recordChange')
        trace.note({ kind: 'change-kept', ...step, invocation });
      if (!isOfResources(port)) return;
      callers.set(component, { step, invocation });
      noteOwn(component);
      trace.note({ kind: 'resource-read', component, invocation, beganAt });
    },
    interfere: (component, draw) => {
      const resource = resources.get(component);
      if (resource === undefined) return;
      noteOwn(component);
      try {
        resource.changes[Math.floor(draw * resource.changes.length)]?.();
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error;
        trace.note({ kind: 'others-refused', component });
      }
      const noteTheirs = (setting: string, value: string) =>
        trace.note({ kind: 'set-by-others', component, setting, value });
      for (const { setting, values } of takeEffects(resource.id)) {
        noteTheirs(setting, values?.after ?? '');
        // RDS resizes the standby first, and has it take over.
        if (setting === 'class')
          clock.after(resource.takesMs, () => noteTheirs('primary', resource.present?.('primary') ?? ''));
      }
    },
  };
}
