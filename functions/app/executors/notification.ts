import type { Notifier } from '../../ports/announcers.ts';
import { operationNotification } from '../notifications.ts';
import type { Begin } from './executor.ts';

export interface NotificationBeginDeps {
  readonly notifier: Notifier;
}

/** Notifies people through an SNS topic. It is done when SNS has taken the notification; a repetition is sent again. */
export const begin: Begin<'notification', NotificationBeginDeps> = async (
  { notifier },
  { topic, summary },
  { subject, params },
) => {
  const { message } = params;
  const text = typeof message === 'string' ? message : summary;
  await notifier.notify(operationNotification(topic, subject.operation, text));
  return { outcome: 'SUCCEEDED', detail: `notified the ${topic} topic` };
};
