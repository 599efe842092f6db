import { isInForce } from '../../core/admission/in-force.ts';
import { decidingCalendars } from '../../core/admission/outside-window.ts';
import type { Pause } from '../../core/admission/records.ts';
import type { RefusalRecord } from '../../core/admission/refusal.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Calendars } from '../../ports/calendars.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { lookUpCalendars } from '../triage/read-calendars.ts';
import { type ComponentStatus, componentStatus } from './fleet-status.ts';

export interface WhyNotHealed {
  readonly atMs: number;
  /** What would be answered now; absent for a name that is not a component's. */
  readonly status?: ComponentStatus;
  /** The pause in force. */
  readonly pause?: Pause;
  /** Newest first. */
  readonly refusals: readonly RefusalRecord[];
}

export interface WhyNotHealedDeps {
  readonly store: Pick<OperationStore, 'readLimits' | 'listRefusals'>;
  readonly configuration: CompiledConfiguration;
  readonly calendars: Calendars;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Why a component was not healed, and when it may be.
 *
 * @param component its name, or another that events gave: refusals are filed under that too
 */
export async function whyNotHealed(
  deps: WhyNotHealedDeps,
  { component, limit }: { readonly component: string; readonly limit: number },
): Promise<WhyNotHealed> {
  const { store, configuration, clock } = deps;
  const deciding = decidingCalendars(component, 'CRITICAL', configuration, clock.nowMs());
  const [refusals, { limits }, calendars] = await Promise.all([
    store.listRefusals(component, limit),
    store.readLimits(component),
    lookUpCalendars(deps, deciding),
  ]);
  const nowMs = clock.nowMs();
  const { pause } = limits.fleet;
  return {
    atMs: nowMs,
    ...(Object.hasOwn(configuration.components, component) && {
      status: componentStatus(configuration, limits, calendars, nowMs),
    }),
    ...(pause && isInForce(pause, nowMs) && { pause }),
    refusals,
  };
}
