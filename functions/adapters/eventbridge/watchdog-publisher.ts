import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { WatchdogEvent } from '../../core/watchdog/announce.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { WatchdogEvents } from '../../ports/watchdog-announcers.ts';

const SOURCE = 'selfheal';

/** PutEvents takes so many entries at once. */
const ENTRIES_A_CALL = 10;

/** WatchdogEvents over the account's default event bus. */
export function createWatchdogPublisher(client: EventBridgeClient): WatchdogEvents {
  const put = async (events: readonly WatchdogEvent[]): Promise<void> => {
    const Entries = events.map(({ detailType, detail, atMs }) => ({
      Source: SOURCE,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
      Time: new Date(atMs),
    }));
    const answer = await sent(client, new PutEventsCommand({ Entries }));
    const failed = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if ((answer.FailedEntryCount ?? 0) > 0) {
      throw new ServiceUnavailable(`EventBridge: ${failed?.ErrorCode}: ${failed?.ErrorMessage}`);
    }
  };
  return {
    publish: async (events) => {
      const calls: Promise<void>[] = [];
      for (let start = 0; start < events.length; start += ENTRIES_A_CALL) {
        calls.push(put(events.slice(start, start + ENTRIES_A_CALL)));
      }
      const [failure] = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected');
      if (failure?.status === 'rejected') throw failure.reason;
    },
  };
}

async function sent(client: EventBridgeClient, command: PutEventsCommand) {
  try {
    return await client.send(command);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new ServiceUnavailable(`EventBridge: ${name}: ${message}`, { cause: error });
  }
}
