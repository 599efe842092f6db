import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { ApproverMail } from '../../ports/approvals.ts';
import { translated } from '../aws/translate-error.ts';
import { snsSubject } from './notifier.ts';

/** ApproverMail over a topic: each subscription lets only its own person's messages through. @throws ServiceError */
export function createApproverMail(client: SNSClient, topicArn: string): ApproverMail {
  return {
    send: async ({ person, subject, text }) => {
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: snsSubject(subject),
        Message: text,
        MessageAttributes: { person: { DataType: 'String', StringValue: person } },
      });
      await translated('sns:Publish', () => client.send(command));
    },
  };
}
