import type { PagerDutyEvent } from '../../../functions/core/notification/channels/pagerduty.ts';
import type { ChannelDelivery } from '../../../functions/ports/channels.ts';
import type { InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { Defect, DefectRow } from './defect.ts';
import { isCall } from './is-call.ts';

const inCalls = (row: DefectRow, create: () => InterceptCall): Defect => ({
  ...row,
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

/** Mistakes in how pagers are notified. */
export const PAGER_DEFECTS: readonly Defect[] = [
  inCalls(
    { name: 'forgets which incidents are open', breaks: ['27'], caughtWith: 1 },
    () => async (call, proceed) =>
      isCall(call, 'notify-channels', 'incidents', 'readIncident') ? undefined : await proceed(),
  ),
  inCalls(
    { name: 'opens no page', breaks: ['27'], caughtWith: 1 },
    delivering((event) => (event.event_action === 'trigger' ? [] : [event])),
  ),
  inCalls(
    { name: 'resolves each page twice', breaks: ['27'], caughtWith: 4 },
    delivering((event) => (event.event_action === 'resolve' ? [event, event] : [event])),
  ),
  inCalls(
    { name: 'resolves a page as soon as it has opened it', breaks: ['27'], caughtWith: 1 },
    delivering((event) => {
      const { dedup_key } = event;
      return event.event_action === 'trigger' ? [event, { event_action: 'resolve', dedup_key }] : [event];
    }),
  ),
];
