import { PublishCommand, type PublishCommandInput, type SNSClient } from '@aws-sdk/client-sns';
import type { Notification, Notifier } from '../../ports/announcers.ts';
import { NotificationRefused, ServiceUnavailable } from '../../ports/errors.ts';

/** SNS refuses longer subjects. */
const MAXIMUM_SUBJECT = 100;

/** Errors that Publish gives for good; anything else may pass by itself. */
const REFUSALS = new Set([
  'AuthorizationErrorException',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'InvalidSecurityException',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
  'NotFoundException',
]);

export interface SnsNotifierProps {
  readonly client: SNSClient;
  readonly topicArns: Readonly<Partial<Record<Notification['topic'], string>>>;
}

/**
 * Notifier over SNS topics.
 *
 * @throws NotificationRefused if a topic refuses it for good, ServiceUnavailable if asking again may help
 */
export function createSnsNotifier({ client, topicArns }: SnsNotifierProps): Notifier {
  return {
    notify: async ({ topic, subject, body }) => {
      const TopicArn = topicArns[topic];
      if (TopicArn === undefined)
        throw new Error(`this function has no ${topic} topic: its environment names none`);
      await publish(client, {
        TopicArn,
        Subject: subject.replace(/[^\x20-\x7e]/g, ' ').slice(0, MAXIMUM_SUBJECT),
        Message: JSON.stringify(body, null, 2),
      });
    },
  };
}

async function publish(client: SNSClient, input: PublishCommandInput): Promise<void> {
  try {
    await client.send(new PublishCommand(input));
  } catch (error) {
    const { name, message } = error as Error;
    const Translated = REFUSALS.has(name) ? NotificationRefused : ServiceUnavailable;
    throw new Translated(`SNS: ${input.TopicArn}: ${name}: ${message}`, { cause: error });
  }
}
