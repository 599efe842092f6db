import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { AnomalySignals } from '../../ports/anomaly-announcers.ts';
import { putAllEvents } from './put-events.ts';

/** AnomalySignals over the account's default event bus. */
export function createAnomalyPublisher(client: EventBridgeClient): AnomalySignals {
  return {
    publish: (signals) =>
      putAllEvents(
        client,
        signals.map((signal) => ({ detailType: 'Selfheal Signal', ...signal })),
      ),
  };
}
