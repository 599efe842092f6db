import { QueueServiceError } from '../../sqs/queue-service.ts';
import { StateError } from '../errors.ts';
import type { Integration } from './integration.ts';

/** Puts a message into a queue. @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html */
export const sendMessage: Integration = {
  resource: 'sqs:sendMessage',
  hasCallback: false,
  required: ['QueueUrl', 'MessageBody'],
  optional: [],
  call: async ({ QueueUrl, MessageBody }, { queues }) => {
    try {
      const body = typeof MessageBody === 'string' ? MessageBody : JSON.stringify(MessageBody);
      return { MessageId: queues.sendMessage(String(QueueUrl), body) };
    } catch (error) {
      if (error instanceof QueueServiceError) throw new StateError(`Sqs.${error.code}`, error.message);
      throw error;
    }
  },
};
