import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';

export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  /** Message attributes, all of them text. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAtMs: number;
}

/** An error of SQS's API. */
export class QueueServiceError extends ApiError {
  override readonly name = 'QueueServiceError';
}

/** Queues that keep their messages until they are deleted. */
export interface QueueService {
  readonly createQueue: (queueUrl: string) => void;
  readonly hasQueue: (queueUrl: string) => boolean;
  /**
   * @returns the message's id
   * @throws QueueServiceError `QueueDoesNotExist`
   */
  readonly sendMessage: (
    queueUrl: string,
    body: string,
    attributes?: Readonly<Record<string, string>>,
  ) => string;
  /** Calls back, later, for each message sent from now on. @throws QueueServiceError `QueueDoesNotExist` */
  readonly onMessage: (queueUrl: string, receive: (message: QueueMessage) => void) => void;
  /** Does nothing if it is gone. @throws QueueServiceError `QueueDoesNotExist` */
  readonly deleteMessage: (queueUrl: string, messageId: string) => void;
  /** Oldest first. */
  readonly messages: (queueUrl: string) => readonly QueueMessage[];
}

/** SQS, without any queues. */
export function createQueueService(deps: {
  readonly clock: Pick<EmbeddedClock, 'nowMs' | 'after'>;
  readonly newId: () => string;
}): QueueService {
  const queues = new Map<string, QueueMessage[]>();
  const receivers = new Map<string, (message: QueueMessage) => void>();
  const find = (queueUrl: string): QueueMessage[] => {
    const queue = queues.get(queueUrl);
    if (queue === undefined)
      throw new QueueServiceError('QueueDoesNotExistException', `no queue ${queueUrl}`);
    return queue;
  };
  return {
    createQueue: (queueUrl) => {
      if (!queues.has(queueUrl)) queues.set(queueUrl, []);
    },
    hasQueue: (queueUrl) => queues.has(queueUrl),
    sendMessage: (queueUrl, body, attributes = {}) => {
      const messageId = deps.newId();
      const message = { messageId, body, attributes, sentAtMs: deps.clock.nowMs() };
      find(queueUrl).push(message);
      const receive = receivers.get(queueUrl);
      if (receive) deps.clock.after(0, () => receive(message));
      return messageId;
    },
    onMessage: (queueUrl, receive) => {
      find(queueUrl);
      receivers.set(queueUrl, receive);
    },
    deleteMessage: (queueUrl, messageId) => {
      const queue = find(queueUrl);
      const index = queue.findIndex((message) => message.messageId === messageId);
      if (index >= 0) queue.splice(index, 1);
    },
    messages: find,
  };
}
