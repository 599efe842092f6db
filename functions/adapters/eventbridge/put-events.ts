import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { translateCode, translated } from '../aws/translate-error.ts';

/** The source of the events that Selfheal puts on the bus. */
export const SOURCE = 'selfheal';

const CALL = 'events:PutEvents';

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
