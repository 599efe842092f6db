/** What a topic was told. */
export interface TopicMessage {
  readonly subject?: string;
  readonly message: string;
  readonly publishedAtMs: number;
}

/** An error of SNS's API. */
class TopicServiceError extends Error {
  override readonly name = 'TopicServiceError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Topics that keep what they are told; nobody subscribes here. */
export interface TopicService {
  readonly createTopic: (topicArn: string) => void;
  readonly hasTopic: (topicArn: string) => boolean;
  /** @throws TopicServiceError `NotFound` */
  readonly publish: (topicArn: string, message: string, subject?: string) => void;
  /** Oldest first; the topic by its ARN. @throws TopicServiceError `NotFound` */
  readonly messages: (topicArn: string) => readonly TopicMessage[];
}

/** No topics yet. */
export function createTopicService(deps: { readonly nowMs: () => number }): TopicService {
  const topics = new Map<string, TopicMessage[]>();
  const find = (topicArn: string): TopicMessage[] => {
    const topic = topics.get(topicArn);
    if (topic === undefined) throw new TopicServiceError('NotFound', `no topic ${topicArn}`);
    return topic;
  };
  return {
    createTopic: (topicArn) => {
      if (!topics.has(topicArn)) topics.set(topicArn, []);
    },
    hasTopic: (topicArn) => topics.has(topicArn),
    publish: (topicArn, message, subject) => {
      const publishedAtMs = deps.nowMs();
      find(topicArn).push({ message, publishedAtMs, ...(subject !== undefined && { subject }) });
    },
    messages: find,
  };
}
