import { ApiError } from '../api-error.ts';

/** A message on a topic. */
export interface TopicMessage {
  readonly subject?: string;
  readonly message: string;
  readonly publishedAtMs: number;
}

/** Less than 100 characters, without line breaks or control characters. */
const SUBJECT = /^[^\p{Cc}\u2028\u2029]{1,99}$/u;
const MAXIMUM_MESSAGE_BYTES = 262_144;

/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function checkMessage(message: string, subject: string | undefined): void {
  if (subject !== undefined && !SUBJECT.test(subject))
    throw new ApiError('InvalidParameter', `Invalid parameter: Subject: ${JSON.stringify(subject)}`);
  if (message === '') throw new ApiError('InvalidParameter', 'Invalid parameter: Empty message');
  if (Buffer.byteLength(message) > MAXIMUM_MESSAGE_BYTES)
    throw new ApiError('InvalidParameter', 'Invalid parameter: Message too long');
}

/** What SNS hands to a subscribed function. */
export interface LambdaMessage {
  readonly Records: readonly {
    readonly Sns: {
      readonly TopicArn: string;
      readonly Subject: string | null;
      readonly Message: string;
      readonly Timestamp: string;
    };
  }[];
}

/** Topics that keep their messages, and hand them to the functions that subscribe. */
export interface TopicService {
  readonly createTopic: (topicArn: string) => void;
  readonly hasTopic: (topicArn: string) => boolean;
  /** @throws ApiError `NotFound`, or `InvalidParameter` for a subject or message that SNS would not take */
  readonly publish: (topicArn: string, message: string, subject?: string) => void;
  /** @throws ApiError `NotFound` */
  readonly subscribe: (topicArn: string, deliver: (message: LambdaMessage) => void) => void;
  /** Hands a message to the subscribers without keeping it. */
  readonly hand: (topicArn: string, message: string, subject?: string) => void;
  /** Oldest first; the topic by its ARN. @throws ApiError `NotFound` */
  readonly messages: (topicArn: string) => readonly TopicMessage[];
}

/** SNS, without any topics. */
export function createTopicService(deps: { readonly nowMs: () => number }): TopicService {
  const topics = new Map<string, TopicMessage[]>();
  const subscribers = new Map<string, ((message: LambdaMessage) => void)[]>();
  const find = (topicArn: string): TopicMessage[] => {
    const topic = topics.get(topicArn);
    if (topic === undefined) throw new ApiError('NotFound', `no topic ${topicArn}`);
    return topic;
  };
  const hand = (TopicArn: string, Message: string, Subject: string | null = null): void => {
    const Timestamp = new Date(deps.nowMs()).toISOString();
    for (const deliver of subscribers.get(TopicArn) ?? [])
      deliver({ Records: [{ Sns: { TopicArn, Subject, Message, Timestamp } }] });
  };
  return {
    createTopic: (topicArn) => {
      if (!topics.has(topicArn)) topics.set(topicArn, []);
    },
    hasTopic: (topicArn) => topics.has(topicArn),
    publish: (topicArn, message, subject) => {
      checkMessage(message, subject);
      const publishedAtMs = deps.nowMs();
      find(topicArn).push({ message, publishedAtMs, ...(subject !== undefined && { subject }) });
      hand(topicArn, message, subject);
    },
    subscribe: (topicArn, deliver) => {
      find(topicArn);
      subscribers.set(topicArn, [...(subscribers.get(topicArn) ?? []), deliver]);
    },
    hand,
    messages: find,
  };
}
