import { stateChangeDetail } from '../../../functions/adapters/eventbridge/event-publisher.ts';
import type { EventPublisher } from '../../../functions/ports/announcers.ts';

/** An event bus in this process. Throws what PutEvents would answer. */
export interface Bus {
  readonly putEvent: (entry: {
    readonly source: string;
    readonly detailType: string;
    readonly detail: unknown;
  }) => unknown;
}

const SOURCE = 'selfheal';

/** EventPublisher over a bus in this process; a state change that the bus does not accept is lost, as on AWS. */
export function createBusEventPublisher(bus: Bus): EventPublisher {
  return {
    stateChanged: async (change) => {
      try {
        const detail = stateChangeDetail(change);
        bus.putEvent({ source: SOURCE, detailType: 'Selfheal Operation State Change', detail });
      } catch {
        // Healing goes on without it.
      }
    },
    signal: async (detail) => {
      bus.putEvent({ source: SOURCE, detailType: 'Selfheal Signal', detail });
    },
  };
}
