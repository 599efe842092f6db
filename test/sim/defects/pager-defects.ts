import type { PagerDutyEvent } from '../../../functions/core/notification/channels/pagerduty.ts';
import type { ChannelDelivery } from '../../../functions/ports/channels.ts';
import type { InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { Defect } from './defect.ts';
import { isCall } from './is-call.ts';

/** A mistake in how pagers are notified. It breaks no invariant of repairs: a check of its own catches it. */
interface PagerDefect extends Pick<Defect, 'name' | 'create'> {
  /** Part of what the check says of it. */
  readonly says: string;
}

const inCalls = (name: string, says: string, create: () => InterceptCall): PagerDefect => ({
  ...{ name, says },
  create: () => ({ call: create() }),
});

/** What is delivered, with another event in the place of each. */
const delivering =
  (change: (event: PagerDutyEvent) => readonly PagerDutyEvent[]) =>
  (): InterceptCall =>
  async (call, proceed) => {
    if (!isCall(call, 'notify-channels', 'channels', 'deliver')) return await proceed();
    const deliveries = call.args[0] as ChannelDelivery[];
    const changed = deliveries.flatMap((delivery) =>
      change(delivery.body as PagerDutyEvent).map((body) => ({ ...delivery, body })),
    );
    deliveries.splice(0, deliveries.length, ...changed);
    return await proceed();
  };

export const PAGER_DEFECTS: readonly PagerDefect[] = [
  inCalls(
    'forgets which incidents are open',
    'was never resolved',
    () => async (call, proceed) =>
      isCall(call, 'notify-channels', 'incidents', 'readIncident') ? undefined : await proceed(),
  ),
  inCalls(
    'opens no page',
    'reached no pager',
    delivering((event) => (event.event_action === 'trigger' ? [] : [event])),
  ),
  inCalls(
    'resolves each page twice',
    'and no page was open',
    delivering((event) => (event.event_action === 'resolve' ? [event, event] : [event])),
  ),
  inCalls(
    'resolves a page as soon as it has opened it',
    'was still broken',
    delivering((event) => {
      const { dedup_key } = event;
      return event.event_action === 'trigger' ? [event, { event_action: 'resolve', dedup_key }] : [event];
    }),
  ),
];
