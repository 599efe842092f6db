import type { AnomalySignals } from '../../../functions/ports/anomaly-announcers.ts';
import type { EventBus } from './event-bus.ts';

/** Puts the signals of anomalies on the embedded bus. */
export function createBusAnomalySignals(bus: Pick<EventBus, 'putEvent'>): AnomalySignals {
  return {
    publish: async (signals) => {
      for (const { detail, atMs } of signals)
        bus.putEvent({ source: 'selfheal', detailType: 'Selfheal Signal', detail, timeMs: atMs });
    },
  };
}
