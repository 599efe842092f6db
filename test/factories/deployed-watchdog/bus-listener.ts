import * as z from 'zod';
import type { LocalCloud } from '../../../local/cloud/local-cloud.ts';
import {
  createMessageQueue,
  subscribeToEvents,
  subscribeToTopic,
} from '../../../local/demo/message-queue.ts';
import { repeat } from '../../../local/demo/repeat.ts';

const busEvent = z.object({
  'detail-type': z.string(),
  detail: z.record(z.string(), z.unknown()),
});
const notice = z.object({ Subject: z.string().default(''), Message: z.string() });

export interface HeardEvent {
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export type Notice = z.output<typeof notice>;

/** What Selfheal has said since it was asked to be listened to. */
export interface BusListener {
  /** Events of one detail-type whose detail has all of these values. */
  readonly events: (detailType: string, about?: Readonly<Record<string, unknown>>) => readonly HeardEvent[];
  readonly notices: Readonly<Record<'soc' | 'architect', readonly Notice[]>>;
  readonly stop: () => Promise<void>;
}

const LOOK_EVERY_MS = 300;

/** Listens to everything that Selfheal puts on the bus, and to both topics. */
export async function listenToSelfheal({ aws, outputs }: LocalCloud): Promise<BusListener> {
  const heard: HeardEvent[] = [];
  const notices = { soc: [] as Notice[], architect: [] as Notice[] };
  const bus = await createMessageQueue(aws, 'heard-on-the-bus');
  await subscribeToEvents(aws, bus, 'heard-on-the-bus', { source: ['selfheal'] });
  const soc = await createMessageQueue(aws, 'heard-by-the-soc');
  await subscribeToTopic(aws, soc, outputs['SocTopicArn']);
  const architect = await createMessageQueue(aws, 'heard-by-the-architect');
  await subscribeToTopic(aws, architect, outputs['ArchitectTopicArn']);

  const listening = repeat(LOOK_EVERY_MS, async () => {
    for (const text of await bus.receive()) {
      const { 'detail-type': detailType, detail } = busEvent.parse(JSON.parse(text));
      heard.push({ detailType, detail });
    }
    for (const text of await soc.receive()) notices.soc.push(notice.parse(JSON.parse(text)));
    for (const text of await architect.receive()) notices.architect.push(notice.parse(JSON.parse(text)));
  });
  return {
    events: (detailType, about = {}) =>
      heard.filter(
        (event) =>
          event.detailType === detailType &&
          Object.entries(about).every(([name, value]) => event.detail[name] === value),
      ),
    notices,
    stop: listening.stop,
  };
}
