import { assertNever } from '../../core/assert-never.ts';
import type { LinkContext } from '../../core/notification/console-links.ts';
import type { Notice } from '../../core/notification/notice.ts';
import { noticeOf } from '../../core/notification/notice-of.ts';
import { ownAlarmMessage, ownAlarmNotice } from '../../core/notification/own-alarm-notice.ts';
import {
  type WatchdogDetail,
  watchdogNotice,
  watchdogTopics,
} from '../../core/notification/watchdog-notice.ts';
import type { Notification } from '../../ports/announcers.ts';
import { announce } from './announce.ts';
import { inItsIncident } from './in-its-incident.ts';
import type { ResolveDeps } from './resolve.ts';
import { resolveRecovered } from './resolve-recovered.ts';
import { resolveRepaired, type VerifiedRepair } from './resolve-repaired.ts';
import { type ReportedRecovery, resolveReported } from './resolve-reported.ts';

/** What channels may have to know. */
export type ChannelNews =
  /** A message that was published to a topic. */
  | {
      readonly kind: 'message';
      readonly topic: Notification['topic'];
      readonly subject: string;
      readonly text: string;
      readonly atMs: number;
    }
  | { readonly kind: 'watchdog'; readonly detail: WatchdogDetail }
  | ({ readonly kind: 'repaired' } & VerifiedRepair)
  /** A signal says that a component has recovered. */
  | ({ readonly kind: 'reported' } & ReportedRecovery)
  /** A minute has passed. */
  | { readonly kind: 'tick' };

/**
 * Notifies the channels of what the topics received, and of the end of incidents. Safe to repeat.
 *
 * @returns the channels that were notified, or the components that have recovered
 * @throws ServiceError: Lambda tries again
 */
export async function notifyChannels(deps: ResolveDeps, news: ChannelNews): Promise<readonly string[]> {
  switch (news.kind) {
    case 'message': {
      const notice = noticeOfMessage(news, deps);
      if (notice === undefined) return [];
      const sent = await inItsIncident(deps, notice);
      return await announce(deps, { notice: sent, topics: [news.topic], atMs: news.atMs });
    }
    case 'watchdog':
      return await announce(deps, {
        notice: watchdogNotice(news.detail, deps),
        topics: watchdogTopics(news.detail),
        atMs: Date.parse(news.detail.timestamp),
      });
    case 'repaired':
      return await resolveRepaired(deps, news);
    case 'reported':
      return await resolveReported(deps, news);
    case 'tick':
      return await resolveRecovered(deps);
    default:
      return assertNever(news);
  }
}

/** @returns `undefined` for a text: the watchdog's, which arrives as an event as well */
function noticeOfMessage(
  { subject, text }: { readonly subject: string; readonly text: string },
  context: LinkContext,
): Notice | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  const alarm = ownAlarmMessage.safeParse(body);
  return alarm.success ? ownAlarmNotice(alarm.data, context) : noticeOf({ subject, body }, context);
}
