import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { translateCode, translated } from '../aws/translate-error.ts';

/** The source of the events that Selfheal puts on the bus. */
export const SOURCE = 'selfheal';

const CALL = 'events:PutEvents';

/** PutEvents takes this many entries at once. */
const ENTRIES_A_CALL = 10;

/** An event of Selfheal's own, dated by when it was decided. */
export interface DatedEvent {
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

/**
 * Puts any number of events on the account's default bus.
 *
 * @throws ServiceError if one of them was not accepted; others may have been
 */
export async function putAllEvents(client: EventBridgeClient, events: readonly DatedEvent[]): Promise<void> {
  const entries = events.map(({ detailType, detail, atMs }) => ({
    Source: SOURCE,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
    Time: new Date(atMs),
  }));
  const calls: Promise<unknown>[] = [];
  for (let start = 0; start < entries.length; start += ENTRIES_A_CALL) {
    calls.push(putEvents(client, entries.slice(start, start + ENTRIES_A_CALL)));
  }
  const [failure] = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
}

/**
 * Puts at most ten events on the account's default bus. The answer says whether each was accepted.
 *
 * @returns the ids that the bus gave them, in the same order
 * @throws ServiceError if one of them was not
 */
export async function putEvents(
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
): Promise<readonly string[]> {
  const command = new PutEventsCommand({ Entries: [...entries] });
  const { FailedEntryCount = 0, Entries = [] } = await translated(CALL, () => client.send(command));
  if (FailedEntryCount === 0) return Entries.map(({ EventId = '' }) => EventId);
  const { ErrorCode = 'InternalFailure', ErrorMessage = 'the answer does not say why' } =
    Entries.find((entry) => entry.ErrorCode !== undefined) ?? {};
  throw translateCode(CALL, ErrorCode, ErrorMessage);
}
