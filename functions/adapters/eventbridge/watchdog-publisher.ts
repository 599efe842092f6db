import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { WatchdogEvent } from '../../core/watchdog/announce.ts';
import type { WatchdogEvents } from '../../ports/watchdog-announcers.ts';
import { putEvents, SOURCE } from './put-events.ts';

/** PutEvents takes this many entries at once. */
const ENTRIES_A_CALL = 10;

/** WatchdogEvents over the account's default event bus. */
export function createWatchdogPublisher(client: EventBridgeClient): WatchdogEvents {
  const put = (events: readonly WatchdogEvent[]) =>
    putEvents(
      client,
      events.map(({ detailType, detail, atMs }) => ({
        Source: SOURCE,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
        Time: new Date(atMs),
      })),
    );
  return {
    publish: async (events) => {
      const calls: Promise<unknown>[] = [];
      for (let start = 0; start < events.length; start += ENTRIES_A_CALL) {
        calls.push(put(events.slice(start, start + ENTRIES_A_CALL)));
      }
      const [failure] = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected');
      if (failure?.status === 'rejected') throw failure.reason;
    },
  };
}
