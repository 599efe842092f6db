import type { HealthAlert } from './health-alert.ts';

/**
 * Who has to say that a component has recovered, because nothing else can be asked: the analysis of its series, or the
 * monitor that sends signals on a metric. Alarms and the watchdog are asked for their state instead. Nobody reports the
 * end of what a person or a diagnosis has raised.
 */
export function reporterOf({ origin, metric }: Pick<HealthAlert, 'origin' | 'metric'>): string | undefined {
  switch (origin) {
    case 'anomaly':
      // One signal stands for all anomalous series of a component, and may name another at its end.
      return 'anomaly';
    case 'monitor':
      return `monitor/${metric}`;
    case 'alarm':
    case 'reconciler':
    case 'watchdog':
    case 'manual':
    case 'diagnosis':
      return undefined;
  }
}
