import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { createWatchdogPublisher } from '../../../../functions/adapters/eventbridge/watchdog-publisher.ts';
import type { WatchdogEvent } from '../../../../functions/core/watchdog/announce.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';

const eventsOf = (count: number): WatchdogEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    detailType: 'Selfheal Signal',
    detail: { index },
    atMs: 1_000 * index,
  }));

function clientOf(answer: (entries: NonNullable<PutEventsCommand['input']['Entries']>) => object) {
  const sent: NonNullable<PutEventsCommand['input']['Entries']>[] = [];
  const send = async ({ input }: PutEventsCommand) => {
    sent.push(input.Entries ?? []);
    return answer(input.Entries ?? []);
  };
  return { sent, client: { send } as unknown as EventBridgeClient };
}

describe('publishing the watchdog’s events', () => {
  it('puts ten in a call, from us, each once', async () => {
    const { sent, client } = clientOf(() => ({ FailedEntryCount: 0 }));
    await createWatchdogPublisher(client).publish(eventsOf(23));
    expect(sent.map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(sent.flat().map(({ Detail }) => JSON.parse(Detail ?? '').index)).toEqual([...Array(23).keys()]);
    // By its time, triage knows an event that comes again.
    expect(sent.flat().map(({ Time }) => Time?.getTime())).toEqual(
      [...Array(23).keys()].map((n) => n * 1_000),
    );
    expect(
      sent
        .flat()
        .every(({ Source, DetailType }) => Source === 'selfheal' && DetailType === 'Selfheal Signal'),
    ).toBe(true);
  });

  it('sends nothing without events', async () => {
    const { sent, client } = clientOf(() => ({}));
    await createWatchdogPublisher(client).publish([]);
    expect(sent).toEqual([]);
  });

  it('fails if one of them is not taken, having tried them all', async () => {
    const { sent, client } = clientOf((entries) =>
      entries.length === 10 ? { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] } : {},
    );
    await expect(createWatchdogPublisher(client).publish(eventsOf(15))).rejects.toThrow(ServiceUnavailable);
    expect(sent).toHaveLength(2);
  });

  it('fails by our own name if the bus is out of reach', async () => {
    const { client } = clientOf(() => {
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    });
    await expect(createWatchdogPublisher(client).publish(eventsOf(1))).rejects.toThrow(ServiceUnavailable);
  });
});
