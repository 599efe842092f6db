import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { QueueMessage, QueueService } from '../sqs/queue-service.ts';
import { LambdaServiceError } from './errors.ts';
import type { LambdaService } from './lambda-service.ts';

/** A queue whose messages are handed to a function, one at a time: `AWS::Lambda::EventSourceMapping`. */
export interface QueueSource {
  readonly queueUrl: string;
  readonly queueArn: string;
  /** A name or an ARN. */
  readonly functionName: string;
  /** How many messages the function may work on at a time. */
  readonly maximumConcurrency: number;
  /** How long a message is hidden after it was received; then it is received again, unless it was deleted. */
  readonly visibilityTimeoutSeconds: number;
  /** How old a message may get. */
  readonly retentionSeconds: number;
}

export interface QueueSourceDeps {
  readonly clock: EmbeddedClock;
  readonly lambda: Pick<LambdaService, 'invoke'>;
  readonly queues: Pick<QueueService, 'onMessage' | 'deleteMessage'>;
  readonly onDefect: (error: unknown) => void;
}

/**
 * Calls the function with each message, and deletes those on which it succeeds. Those that find no room wait.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export function connectQueue(
  { clock, lambda, queues, onDefect }: QueueSourceDeps,
  source: QueueSource,
): void {
  const { queueUrl, queueArn, functionName } = source;
  const waiting: QueueMessage[] = [];
  let running = 0;

  const receive = async (message: QueueMessage): Promise<void> => {
    const receivedAtMs = clock.nowMs();
    const { messageId, body } = message;
    const record = { messageId, body, eventSource: 'aws:sqs', eventSourceARN: queueArn };
    const answer = await lambda.invoke(functionName, { Records: [record] }).catch((error: unknown) => {
      if (error instanceof LambdaServiceError) return undefined;
      throw error;
    });
    if (answer && answer.functionError === undefined) return queues.deleteMessage(queueUrl, messageId);
    const visibleAtMs = receivedAtMs + source.visibilityTimeoutSeconds * 1_000;
    clock.after(Math.max(0, visibleAtMs - clock.nowMs()), () => offer(message));
  };

  const work = (): void => {
    while (running < source.maximumConcurrency) {
      const message = waiting.shift();
      if (message === undefined) return;
      if (clock.nowMs() - message.sentAtMs >= source.retentionSeconds * 1_000) {
        queues.deleteMessage(queueUrl, message.messageId);
        continue;
      }
      running += 1;
      receive(message)
        .catch(onDefect)
        .finally(() => {
          running -= 1;
          work();
        });
    }
  };

  const offer = (message: QueueMessage): void => {
    waiting.push(message);
    work();
  };

  queues.onMessage(queueUrl, offer);
}
