import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { AlarmEvent } from '../alarms/alarm-delivery.ts';
import type { LocalEndpoint } from './endpoint.ts';

/** The default event bus, as services and tests put events on it. */
export interface EventBus {
  readonly put: (entry: PutEventsRequestEntry) => Promise<void>;
  readonly putAlarmEvent: (event: AlarmEvent) => Promise<void>;
}

/** The bus of an endpoint that lets anyone send events of AWS services, as our MiniStack does and AWS does not. */
export function createEventBus(endpoint: LocalEndpoint): EventBus {
  const client = new EventBridgeClient(endpoint);
  const put = async (entry: PutEventsRequestEntry): Promise<void> => {
    const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount) throw new Error(`event not accepted: ${JSON.stringify(Entries)}`);
  };
  return {
    put,
    putAlarmEvent: (event) =>
      put({
        Source: event.source,
        DetailType: event['detail-type'],
        Resources: [...event.resources],
        Time: new Date(event.time),
        Detail: JSON.stringify(event.detail),
      }),
  };
}
