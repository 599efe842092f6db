import type { EventBus, RuleTarget } from '../event-bridge/event-bus.ts';
import { compileTargetInput, type TargetInput } from '../event-bridge/target-input.ts';
import type { FunctionDefinition } from '../lambda/lambda-function.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import type { TopicService } from '../sns/topic-service.ts';
import type { QueueService } from '../sqs/queue-service.ts';
import type { StepFunctionsService } from '../step-functions/step-functions-service.ts';
import { queueUrl, type StackResources } from './stack-resources.ts';
import { UnknownResource } from './unknown-resource.ts';

export interface DeployTargets {
  readonly lambda: LambdaService;
  readonly stepFunctions: StepFunctionsService;
  readonly bus: EventBus;
  readonly queues: QueueService;
  readonly topics: TopicService;
  /** The handler of a function, by the function's name. */
  readonly createHandler: (functionName: string) => FunctionDefinition['createHandler'];
}

/**
 * Creates functions, queues, topics and state machines, then the rules between them.
 *
 * @throws UnknownResource for a failure destination that is not a queue, and for targets of other kinds
 * @throws InvalidDefinition, InvalidPattern
 */
export function deployStack(resources: StackResources, targets: DeployTargets): void {
  const { lambda, stepFunctions, bus, queues, topics } = targets;
  for (const { url } of resources.queues) queues.createQueue(url);
  for (const arn of resources.topicArns) topics.createTopic(arn);
  const toQueue = (arn: string, place: string) => {
    const url = queueUrl(arn.slice(arn.lastIndexOf(':') + 1));
    if (!arn.startsWith('arn:aws:sqs:') || !queues.hasQueue(url))
      throw new UnknownResource(`${place}: there is no queue ${arn}`);
    return (body: string, attributes?: Readonly<Record<string, string>>) =>
      void queues.sendMessage(url, body, attributes);
  };

  deployFunctions(resources, targets);
  for (const config of resources.eventInvokeConfigs) {
    const {
      FunctionName,
      MaximumEventAgeInSeconds: age,
      MaximumRetryAttempts: attempts,
      DestinationConfig,
    } = config;
    lambda.putEventInvokeConfig(FunctionName, {
      ...(age !== undefined && { maximumEventAgeSeconds: age }),
      ...(attempts !== undefined && { maximumRetryAttempts: attempts }),
      ...(DestinationConfig && { onFailure: toQueue(DestinationConfig.OnFailure.Destination, FunctionName) }),
    });
  }
  for (const machine of resources.stateMachines) stepFunctions.createStateMachine(machine);
  for (const rule of resources.rules) {
    bus.putRule({
      name: rule.name,
      ...(rule.EventPattern && { eventPattern: rule.EventPattern }),
      ...(rule.ScheduleExpression !== undefined && { scheduleExpression: rule.ScheduleExpression }),
      targets: rule.Targets.map(({ Arn, RetryPolicy, DeadLetterConfig, ...input }) => ({
        arn: Arn,
        deliver: delivery(Arn, compileTargetInput(input, `${rule.name}.${input.Id}`), targets),
        ...(RetryPolicy?.MaximumRetryAttempts !== undefined && {
          maximumRetryAttempts: RetryPolicy.MaximumRetryAttempts,
        }),
        ...(RetryPolicy?.MaximumEventAgeInSeconds !== undefined && {
          maximumEventAgeSeconds: RetryPolicy.MaximumEventAgeInSeconds,
        }),
        ...(DeadLetterConfig && { deadLetter: toQueue(DeadLetterConfig.Arn, `${rule.name}.${input.Id}`) }),
      })),
    });
  }
}

/** Creates the functions, or replaces them; invocations under way go on in the old ones. */
export function deployFunctions(
  resources: Pick<StackResources, 'functions'>,
  { lambda, createHandler }: Pick<DeployTargets, 'lambda' | 'createHandler'>,
): void {
  for (const { FunctionName, Timeout, MemorySize, ReservedConcurrentExecutions } of resources.functions) {
    lambda.createFunction({
      functionName: FunctionName,
      timeoutSeconds: Timeout,
      memoryMiB: MemorySize,
      ...(ReservedConcurrentExecutions !== undefined && {
        reservedConcurrency: ReservedConcurrentExecutions,
      }),
      createHandler: createHandler(FunctionName),
    });
  }
}

function delivery(
  arn: string,
  inputOf: TargetInput,
  { lambda, stepFunctions, topics }: DeployTargets,
): RuleTarget['deliver'] {
  if (arn.startsWith('arn:aws:lambda:')) return (event) => lambda.invokeAsynchronously(arn, inputOf(event));
  if (arn.startsWith('arn:aws:states:'))
    return (event) => void stepFunctions.startExecution(arn, undefined, inputOf(event));
  if (arn.startsWith('arn:aws:sns:')) return (event) => topics.publish(arn, JSON.stringify(inputOf(event)));
  throw new UnknownResource(`${arn}: rules send to functions, state machines and topics here`);
}
