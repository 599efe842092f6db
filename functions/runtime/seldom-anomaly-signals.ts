import type { AnomalySignals } from '../ports/anomaly-announcers.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of EventBridge is loaded with the first anomaly. */
export const seldomAnomalySignals: PortBuilder<'anomalySignals'> = () => {
  let loaded: Promise<AnomalySignals> | undefined;
  return {
    publish: async (signals) => {
      loaded ??= import('./anomaly-signals.ts').then(({ anomalySignals }) => anomalySignals());
      await (await loaded).publish(signals);
    },
  };
};
