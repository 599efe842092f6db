import { earlyRefusal } from '../../core/admission/early-refusal.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';

/** What diagnosis is to find out about an alert. */
export interface Questions {
  /** Whether something that the component depends on is at fault. */
  readonly looksElsewhere: boolean;
  /** Whether a change is in progress, and what the causes may be. */
  readonly judgesCauses: boolean;
}

/**
 * What the configuration asks of diagnosis; `undefined` if it is nothing, or the component is not healed anyway. People
 * who ask for a repair have looked already, and a time limit has no cause. What another diagnosis hands over has been looked for elsewhere.
 */
export function questionsAbout(
  configuration: CompiledConfiguration,
  alert: HealthAlert,
): Questions | undefined {
  const { components, strategies, settings } = configuration;
  const component = components[alert.component];
  if (!component || alert.origin === 'manual' || alert.lifts !== undefined) return undefined;
  const mayDepend = component.dependsOn.length > 0 || settings.graph !== undefined;
  const looksElsewhere = mayDepend && alert.origin !== 'diagnosis';
  const asksForCauses = strategies.some(
    ({ trigger, components: own }) => trigger.causes.length > 0 && (own?.includes(alert.component) ?? true),
  );
  const judgesCauses = component.changes !== undefined || asksForCauses;
  if (!looksElsewhere && !judgesCauses) return undefined;
  const isSwitchedOff = component.excluded || settings.paused || !settings.autoHealEnabled;
  return isSwitchedOff || earlyRefusal(configuration, alert) ? undefined : { looksElsewhere, judgesCauses };
}
