import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { shortened } from '../operation/target-report.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { matchingStrategies } from '../signal/match-strategy.ts';
import type { Refusal } from './refusal.ts';

/** A refusal that does not depend on the limits: nothing can heal this alert, now or later. */
export function earlyRefusal(
  { components, strategies }: Pick<CompiledConfiguration, 'components' | 'strategies'>,
  alert: HealthAlert,
): Refusal | undefined {
  if (alert.severity === 'INFO') return { reason: 'SEVERITY_TOO_LOW', detail: 'severity INFO never heals' };
  const selector = components[alert.component]?.targets;
  if (selector && 'instanceIds' in selector) {
    const foreign = alert.targets.filter((target) => !selector.instanceIds.includes(target));
    if (foreign.length > 0) {
      return {
        reason: 'UNKNOWN_TARGET',
        detail: `${shortened(foreign)}: not a target of ${alert.component}`,
      };
    }
  }
  if (matchingStrategies(strategies, alert).length > 0) return undefined;
  const wanted = alert.strategyId === undefined ? `metric ${alert.metric}` : `strategy ${alert.strategyId}`;
  return { reason: 'NO_STRATEGY', detail: `no strategy for ${wanted}, severity ${alert.severity}` };
}
