import type { LambdaService } from '../../lambda/lambda-service.ts';
import type { QueueService } from '../../sqs/queue-service.ts';

/** The services that tasks call. */
export interface TaskServices {
  readonly lambda: Pick<LambdaService, 'invoke'>;
  readonly queues: Pick<QueueService, 'sendMessage'>;
  readonly startExecution: (
    stateMachineArn: string,
    name: string | undefined,
    input: unknown,
  ) => { readonly executionArn: string; readonly startMs: number };
}

/** An optimized integration: one `Resource` of a task. */
export interface Integration {
  /** The part after `arn:aws:states:::`. */
  readonly resource: string;
  readonly hasCallback: boolean;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /**
   * @returns the task's result
   * @throws StateError
   */
  readonly call: (values: Readonly<Record<string, unknown>>, services: TaskServices) => Promise<unknown>;
}
