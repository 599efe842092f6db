import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, vi } from 'vitest';
import { createEventPublisher } from '../../../../functions/adapters/eventbridge/event-publisher.ts';
import type { StateChange } from '../../../../functions/ports/announcers.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { countLostEvent } from '../../../../functions/runtime/telemetry.ts';
import { configured } from '../../../factories/configuration.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

type Entries = NonNullable<PutEventsCommand['input']['Entries']>;

const NOON = Date.parse('2026-11-22T12:00:00Z');

const changeOf = async (): Promise<StateChange> => ({
  operation: await admitted(createWorld(configured({ components: { web: {} } }))),
  state: 'HEALING',
  atMs: NOON,
});

/** A publisher over a bus that gives this answer, or none. */
function publisherTo(answer: () => object) {
  const sent: Entries = [];
  const send = async ({ input }: PutEventsCommand) => {
    sent.push(...(input.Entries ?? []));
    return answer();
  };
  const lost: unknown[] = [];
  const publisher = createEventPublisher({
    client: { send } as unknown as EventBridgeClient,
    onLost: (change, error) => void lost.push([change, error]),
  });
  return { publisher, sent, lost };
}

const denied = () => {
  const message =
    'User: arn:aws:sts::123456789012:assumed-role/selfheal-act/selfheal-act is not authorized to perform: events:PutEvents on resource: arn:aws:events:us-east-1:123456789012:event-bus/default because no identity-based policy allows the events:PutEvents action';
  throw Object.assign(new Error(message), { name: 'AccessDeniedException', $fault: 'client', $metadata: {} });
};
const throttled = () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });

describe('publishing a state change', () => {
  it('says which operation has which state since when', async () => {
    const { publisher, sent, lost } = publisherTo(() => ({ FailedEntryCount: 0 }));
    const change = await changeOf();
    await publisher.stateChanged(change);
    expect(sent).toMatchObject([{ Source: 'selfheal', DetailType: 'Selfheal Operation State Change' }]);
    expect(JSON.parse(sent[0]?.Detail ?? '')).toMatchObject({
      operationId: change.operation.operationId,
      component: 'web',
      state: 'HEALING',
      at: '2026-11-22T12:00:00.000Z',
    });
    expect(lost).toEqual([]);
  });

  it.each([
    ['is not permitted', denied, NotPermitted],
    ['is refused for this one event', throttled, ServiceUnavailable],
  ])('does not fail an operation if it %s: the change counts as lost', async (_what, answer, kind) => {
    const { publisher, lost } = publisherTo(answer);
    const change = await changeOf();
    await publisher.stateChanged(change);
    expect(lost).toEqual([[change, expect.any(kind)]]);
  });
});

describe('handing a signal back', () => {
  it('fails if the event is not taken, so that the reconciler tries again', async () => {
    const { publisher, lost } = publisherTo(throttled);
    await expect(publisher.signal({ component: 'web' })).rejects.toThrow(ServiceUnavailable);
    expect(lost).toEqual([]);
  });
});

describe('a lost event', () => {
  it('counts in the namespace and the dimension that its alarm looks at', () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      countLostEvent();
      const line = JSON.parse(String(written.mock.calls[0]?.[0]));
      expect(line).toMatchObject({
        EventsLost: 1,
        service: 'selfheal',
        _aws: { CloudWatchMetrics: [{ Namespace: 'Selfheal', Dimensions: [['service']] }] },
      });
    } finally {
      written.mockRestore();
    }
  });
});
