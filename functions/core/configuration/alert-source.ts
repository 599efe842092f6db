import type { Severity } from './alarm-schema.ts';
import type { ComponentStatus, DeclaredStrategy } from './strategy-schema.ts';

/** Something that can alert on a component. */
export interface AlertSource {
  readonly metric: string;
  /** Of its alerts; another monitor's may have any. */
  readonly severities: readonly Severity[];
}

/** Whether a strategy's trigger matches alerts of a source. */
export function isAnswered(
  { trigger }: Pick<DeclaredStrategy, 'trigger'>,
  { metric, severities }: AlertSource,
): boolean {
  return (
    trigger.metrics.includes(metric) ||
    trigger.statuses.some((status) => severities.includes(severityOf(status)))
  );
}

function severityOf(status: ComponentStatus): Severity {
  return status === 'DEGRADED' ? 'WARNING' : 'CRITICAL';
}
