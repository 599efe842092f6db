import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import { type DestinationRequest, destinationRequest } from '../event-bridge/api-destination.ts';
import type { EventBus, RuleTarget } from '../event-bridge/event-bus.ts';
import { compileTargetInput, type TargetInput } from '../event-bridge/target-input.ts';
import type { FunctionDefinition } from '../lambda/lambda-function.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import { connectQueue, type QueueSource } from '../lambda/queue-source.ts';
import type { TopicService } from '../sns/topic-service.ts';
import type { QueueService } from '../sqs/queue-service.ts';
import type { StepFunctionsService } from '../step-functions/step-functions-service.ts';
import type { HttpParameters } from './channel-resources.ts';
import { queueUrl, type StackResources } from './stack-resources.ts';
import { UnknownResource } from './unknown-resource.ts';

export interface DeployTargets {
  readonly clock: EmbeddedClock;
  readonly onDefect: (error: unknown) => void;
  readonly lambda: LambdaService;
  readonly stepFunctions: StepFunctionsService;
  readonly bus: EventBus;
  readonly queues: QueueService;
  readonly topics: TopicService;
  /** Reads secrets, and calls API destinations. @default there are none */
  readonly outside?: OutsideWorld;
  /** The handler of a function, by the function's name. */
  readonly createHandler: (functionName: string) => FunctionDefinition['createHandler'];
}

/** What a stack reaches outside AWS, and the secrets that it takes. */
export interface OutsideWorld {
  /** The value of a secret, by its ARN. */
  readonly secretOf: (arn: string) => string;
  readonly call: (request: DestinationRequest) => void;
}

/**
 * Creates functions, queues, topics and state machines, then the rules between them.
 *
 * @throws UnknownResource for a failure destination or an event source that is not a queue, and for targets of other kinds
 * @throws InvalidDefinition, InvalidPattern
 */
export function deployStack(resources: StackResources, targets: DeployTargets): void {
  const { lambda, stepFunctions, bus, queues, topics } = targets;
  for (const { url } of resources.queues) queues.createQueue(url);
  for (const arn of resources.topicArns) topics.createTopic(arn);
  const toQueue = (arn: string, place: string) => {
    const url = queueUrlOf(arn);
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
  for (const source of resources.eventSources) connectQueue(targets, queueSourceOf(source, resources));
  for (const { Protocol, Endpoint, TopicArn } of resources.subscriptions)
    if (Protocol === 'lambda')
      topics.subscribe(TopicArn, (message) => lambda.invokeAsynchronously(Endpoint, message));
  for (const machine of resources.stateMachines) stepFunctions.createStateMachine(machine);
  for (const rule of resources.rules) {
    bus.putRule({
      name: rule.name,
      ...(rule.EventPattern && { eventPattern: rule.EventPattern }),
      ...(rule.ScheduleExpression !== undefined && { scheduleExpression: rule.ScheduleExpression }),
      targets: rule.Targets.map(({ Arn, RetryPolicy, DeadLetterConfig, HttpParameters = {}, ...input }) => ({
        arn: Arn,
        deliver:
          callOf(
            Arn,
            HttpParameters,
            compileTargetInput(input, `${rule.name}.${input.Id}`),
            resources,
            targets,
          ) ?? delivery(Arn, compileTargetInput(input, `${rule.name}.${input.Id}`), targets),
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

/** The queues from which no function receives. */
export function deadLetterQueues({ queues, eventSources }: StackResources): StackResources['queues'] {
  return queues.filter(({ arn }) => eventSources.every(({ EventSourceArn }) => EventSourceArn !== arn));
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

function queueUrlOf(arn: string): string {
  return queueUrl(arn.slice(arn.lastIndexOf(':') + 1));
}

/** @throws UnknownResource if the stack has no such queue */
function queueSourceOf(
  { EventSourceArn, FunctionName, ScalingConfig }: StackResources['eventSources'][number],
  { queues }: StackResources,
): QueueSource {
  const queue = queues.find(({ arn }) => arn === EventSourceArn);
  if (queue === undefined) throw new UnknownResource(`${FunctionName}: there is no queue ${EventSourceArn}`);
  return {
    queueUrl: queue.url,
    queueArn: queue.arn,
    functionName: FunctionName,
    maximumConcurrency: ScalingConfig.MaximumConcurrency,
    visibilityTimeoutSeconds: queue.VisibilityTimeout,
    retentionSeconds: queue.MessageRetentionPeriod,
  };
}

/** @returns `undefined` for a target that is no API destination */
function callOf(
  arn: string,
  parameters: HttpParameters,
  inputOf: TargetInput,
  { apiDestinations, connections }: StackResources,
  { outside }: DeployTargets,
): RuleTarget['deliver'] | undefined {
  const destination = apiDestinations.find((each) => each.arn === arn);
  if (destination === undefined) return undefined;
  const connection = connections.find((each) => each.arn === destination.ConnectionArn);
  if (connection === undefined || outside === undefined)
    throw new UnknownResource(`${arn}: an API destination needs a connection, and a world outside to call`);
  const { secretOf, call } = outside;
  return (event) =>
    call(destinationRequest({ destination, connection, parameters, secretOf }, event, inputOf(event)));
}

function delivery(
  arn: string,
  inputOf: TargetInput,
  { lambda, stepFunctions, topics, queues }: DeployTargets,
): RuleTarget['deliver'] {
  if (arn.startsWith('arn:aws:lambda:')) return (event) => lambda.invokeAsynchronously(arn, inputOf(event));
  if (arn.startsWith('arn:aws:states:'))
    return (event) => void stepFunctions.startExecution(arn, undefined, inputOf(event));
  if (arn.startsWith('arn:aws:sqs:'))
    return (event) => void queues.sendMessage(queueUrlOf(arn), JSON.stringify(inputOf(event)));
  if (arn.startsWith('arn:aws:sns:')) return (event) => topics.publish(arn, JSON.stringify(inputOf(event)));
  throw new UnknownResource(`${arn}: rules send to functions, state machines, topics and queues here`);
}
