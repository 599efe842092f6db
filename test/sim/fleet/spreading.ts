import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { callersOf, configuredGraph } from '../../../functions/core/diagnosis/dependency-graph.ts';
import type { VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import type { Injector } from '../faults/injector.ts';
import type { Trace } from '../trace/trace.ts';

/** What callers show of a fault behind them. */
const SYMPTOMS = ['latency', 'error_rate'] as const;
/** How long trouble takes from a component to its callers at most. */
const LATEST_MS = 40_000;

export interface SpreadingDeps {
  readonly fleet: CompiledConfiguration;
  readonly clock: VirtualClock;
  readonly trace: Trace;
  readonly injector: Injector;
  readonly isSick: (component: string) => boolean;
  /** Turns a component's alarm on a metric red. */
  readonly redden: (component: string, metric: string) => void;
}

/** Which components suffer from what is broken behind them. */
export interface Spreading {
  /** The callers of a component that has just broken begin to suffer, one after the other, until it is cured. @param place names the incident */
  readonly spread: (component: string, place: string) => void;
  /** What suffered from a component no longer does. @returns those that suffer from nothing now */
  readonly relieve: (component: string) => readonly string[];
  readonly isSuffering: (component: string) => boolean;
}

export function createSpreading({ fleet, clock, trace, injector, isSick, redden }: SpreadingDeps): Spreading {
  const graph = configuredGraph(fleet.components);
  /** By component, what it suffers from. */
  const causes = new Map<string, Set<string>>();
  const suffer = (component: string, from: string, place: string) => {
    if (!isSick(from)) return;
    const own = causes.get(component) ?? new Set();
    causes.set(component, own.add(from));
    trace.note({ kind: 'suffering', component, from });
    const [metric, other] = injector.draw(`${place} shows`) < 0.5 ? SYMPTOMS : SYMPTOMS.toReversed();
    if (metric) redden(component, metric);
    if (other && injector.draw(`${place} shows both`) < 0.3) redden(component, other);
  };
  return {
    spread: (component, place) => {
      callersOf(graph, component).forEach((caller, index) => {
        const at = `${place} ${caller}`;
        const laterMs = (index + injector.draw(`${at} suffers`)) * LATEST_MS;
        clock.after(500 + laterMs, () => suffer(caller, component, at));
      });
    },
    relieve: (component) =>
      [...causes].flatMap(([caller, own]) => {
        if (!own.delete(component)) return [];
        trace.note({ kind: 'relieved', component: caller, from: component });
        return own.size === 0 ? [caller] : [];
      }),
    isSuffering: (component) => (causes.get(component)?.size ?? 0) > 0,
  };
}
