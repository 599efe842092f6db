import type { HealthAlert } from './health-alert.ts';

/** The reporter of anomalies. */
export const ANALYSIS = 'anomaly';
const MONITOR = 'monitor/';

/**
 * Who has to say that a component has recovered, because nothing else can be asked: the analysis of its series, or the
 * monitor that sends signals on a metric. Alarms and the watchdog are asked for their state instead. Nobody reports the
 * end of what a person or a diagnosis has raised.
 */
export function reporterOf({ origin, metric }: Pick<HealthAlert, 'origin' | 'metric'>): string | undefined {
  switch (origin) {
    case 'anomaly':
      // One signal stands for all anomalous series of a component, and may name another at its end.
      return ANALYSIS;
    case 'monitor':
      return `${MONITOR}${metric}`;
    case 'alarm':
    case 'reconciler':
    case 'watchdog':
    case 'manual':
    case 'diagnosis':
      return undefined;
  }
}

/** What a monitor reports on; `undefined` for another reporter. */
export function monitoredMetric(reporter: string): string | undefined {
  return reporter.startsWith(MONITOR) ? reporter.slice(MONITOR.length) : undefined;
}
