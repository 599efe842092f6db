export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  /** Message attributes, all of them text. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAtMs: number;
}

/** An error of SQS's API. */
export class QueueServiceError extends Error {
  override readonly name = 'QueueServiceError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Queues that keep their messages; nothing here receives them. */
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
  /** Oldest first. */
  readonly messages: (queueUrl: string) => readonly QueueMessage[];
}

/** SQS, without any queues. */
export function createQueueService(deps: {
  readonly nowMs: () => number;
  readonly newId: () => string;
}): QueueService {
  const queues = new Map<string, QueueMessage[]>();
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
      find(queueUrl).push({ messageId, body, attributes, sentAtMs: deps.nowMs() });
      return messageId;
    },
    messages: find,
  };
}
