import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { LinkContext } from '../../core/notification/console-links.ts';
import { fitted } from '../../core/notification/fitted.ts';
import { noticeOf } from '../../core/notification/notice-of.ts';
import { plainText } from '../../core/notification/plain-text.ts';
import type { Notification, Notifier } from '../../ports/announcers.ts';
import { translated } from '../aws/translate-error.ts';

/** A subject has less than 100 characters, by SNS's documentation. */
const MAXIMUM_SUBJECT = 99;

export interface SnsNotifierProps {
  readonly client: SNSClient;
  readonly topicArns: Readonly<Partial<Record<Notification['topic'], string>>>;
  /** For the links in e-mails. */
  readonly context: LinkContext;
}

/** SNS takes 256 KiB for all protocols together, each escaped once more; nobody reads that much. */
const MAXIMUM_EMAIL_BYTES = 60_000;

/** Notifier over SNS topics: people read a text, programs the JSON behind it. @throws ServiceError */
export function createSnsNotifier({ client, topicArns, context }: SnsNotifierProps): Notifier {
  return {
    notify: async ({ topic, subject, body }) => {
      const TopicArn = topicArns[topic];
      if (TopicArn === undefined)
        throw new Error(`this function has no ${topic} topic: its environment names none`);
      const command = new PublishCommand({
        TopicArn,
        Subject: snsSubject(subject),
        MessageStructure: 'json',
        Message: JSON.stringify({
          default: JSON.stringify(body, null, 2),
          email: fitted(noticeOf({ subject, body }, context), MAXIMUM_EMAIL_BYTES, plainText),
        }),
      });
      await translated('sns:Publish', () => client.send(command));
    },
  };
}

/** SNS accepts printable ASCII alone. */
export function snsSubject(subject: string): string {
  return subject.replace(/[^\x20-\x7e]/g, ' ').slice(0, MAXIMUM_SUBJECT);
}
