import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { OperatorEvents } from '../../ports/operator-events.ts';
import { putEvents } from './put-events.ts';

/** OperatorEvents over the account's default event bus. */
export function createOperatorEvents(client: EventBridgeClient): OperatorEvents {
  return {
    send: async ({ detailType, source, atMs, detail }) => {
      const [eventId = ''] = await putEvents(client, [
        { Source: source, DetailType: detailType, Detail: JSON.stringify(detail), Time: new Date(atMs) },
      ]);
      return eventId;
    },
  };
}
