import * as z from 'zod/mini';
import { type ChannelNews, notifyChannels } from '../app/channels/notify-channels.ts';
import type { ResolveDeps } from '../app/channels/resolve.ts';
import { watchdogDetail } from '../core/notification/watchdog-notice.ts';
import { sourcesOf } from '../core/signal/event-source.ts';
import { SIGNAL_ORIGINS } from '../core/signal/health-alert.ts';
import { alarms } from '../runtime/cloudwatch-ports.ts';
import { channels } from '../runtime/event-publishers.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyCorrelation as correlation } from '../runtime/lazy-correlation.ts';
import { incidents, store } from '../runtime/port-builders.ts';
import { homeEvent } from './home-event.ts';
import { wired } from './wired.ts';

const time = z.iso.datetime({ offset: true });
const TOPIC = /:selfheal-(soc|architect)$/;

/** What SNS hands to a subscriber. */
const messages = z.pipe(
  z.object({
    Records: z.array(
      z.object({
        Sns: z.object({
          TopicArn: z.string().check(z.regex(TOPIC)),
          Subject: z.nullish(z.string()),
          Message: z.string(),
          Timestamp: time,
        }),
      }),
    ),
  }),
  z.transform(({ Records }): readonly ChannelNews[] =>
    Records.map(({ Sns: { TopicArn, Subject, Message, Timestamp } }) => ({
      kind: 'message',
      topic: TopicArn.endsWith(':selfheal-soc') ? 'soc' : 'architect',
      subject: Subject ?? 'Selfheal',
      text: Message,
      atMs: Date.parse(Timestamp),
    })),
  ),
);

function eventsFor({ configuration, home }: ResolveDeps) {
  const watchdog = z.pipe(
    z.extend(homeEvent(home, watchdogDetail), {
      source: z.literal('selfheal'),
      'detail-type': z.enum(['Selfheal Watchdog Escalation', 'Selfheal Watchdog Recovery']),
    }),
    z.transform(({ detail }): readonly ChannelNews[] => [{ kind: 'watchdog', detail }]),
  );
  const operation = z.object({
    component: z.string(),
    operationId: z.string(),
    at: time,
    state: z.literal('COMPLETED'),
    result: z.literal('SUCCESS'),
  });
  const repaired = z.pipe(
    z.extend(homeEvent(home, operation), {
      source: z.literal('selfheal'),
      'detail-type': z.literal('Selfheal Operation State Change'),
    }),
    z.transform(({ detail: { component, operationId, at } }): readonly ChannelNews[] => [
      { kind: 'repaired', component, operationId, atMs: Date.parse(at) },
    ]),
  );
  const recovery = z.object({
    kind: z.literal('recovery'),
    component: z.string(),
    metric: z.string(),
    // As triage reads it.
    origin: z._default(z.enum(SIGNAL_ORIGINS), 'monitor'),
  });
  const reported = z.pipe(
    z.extend(homeEvent(home, recovery), {
      source: z.enum(sourcesOf('Selfheal Signal', configuration)),
      'detail-type': z.literal('Selfheal Signal'),
      time,
    }),
    z.transform((event): readonly ChannelNews[] => [
      { ...event.detail, kind: 'reported', atMs: Date.parse(event.time) },
    ]),
  );
  const tick = z.pipe(
    z.object({ 'detail-type': z.literal('Scheduled Event') }),
    z.transform((): readonly ChannelNews[] => [{ kind: 'tick' }]),
  );
  return z.union([messages, watchdog, repaired, reported, tick]);
}

export const createHandler = (deps: ResolveDeps) =>
  lambdaHandler(eventsFor(deps), async (news) => {
    const notified: string[] = [];
    for (const each of news) notified.push(...(await notifyChannels(deps, each)));
    return notified;
  });

export const handler = wired('notify-channels', createHandler, {
  alarms,
  channels,
  correlation,
  incidents,
  store,
});
