import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notification, Notifier } from '../../ports/announcers.ts';
import { translated } from '../aws/translate-error.ts';

/** A subject has less than 100 characters, by SNS's documentation. */
const MAXIMUM_SUBJECT = 99;

export interface SnsNotifierProps {
  readonly client: SNSClient;
  readonly topicArns: Readonly<Partial<Record<Notification['topic'], string>>>;
}

/** Notifier over SNS topics. @throws ServiceError */
export function createSnsNotifier({ client, topicArns }: SnsNotifierProps): Notifier {
  return {
    notify: async ({ topic, subject, body }) => {
      const TopicArn = topicArns[topic];
      if (TopicArn === undefined)
        throw new Error(`this function has no ${topic} topic: its environment names none`);
      const command = new PublishCommand({
        TopicArn,
        Subject: subject.replace(/[^\x20-\x7e]/g, ' ').slice(0, MAXIMUM_SUBJECT),
        Message: JSON.stringify(body, null, 2),
      });
      await translated('sns:Publish', () => client.send(command));
    },
  };
}
