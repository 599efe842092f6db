import type { Severity } from './alarm-schema.ts';
import type { ComponentStatus, DeclaredStrategy } from './strategy-schema.ts';

/** Something that can alert on a component. */
export interface AlertSource {
  readonly metric: string;
  /** Of its alerts; another monitor's may have any. */
  readonly severities: readonly Severity[];
  /** A missed heartbeat that nothing is asked for yet is answered by its status alone. */
  readonly isMiss?: true;
  /** How far apart its alerts come: of the watchdog, by its defaults. Others’ may come any time. */
  readonly apartSeconds?: number;
}

/** Whether a strategy's trigger matches alerts of a source. */
export function isAnswered(
  { trigger }: Pick<DeclaredStrategy, 'trigger'>,
  { metric, severities, isMiss }: AlertSource,
): boolean {
  return (
    (trigger.metrics.includes(metric) && !isMiss) ||
    trigger.statuses.some((status) => severities.includes(severityOf(status)))
  );
}

function severityOf(status: ComponentStatus): Severity {
  return status === 'DEGRADED' ? 'WARNING' : 'CRITICAL';
}
