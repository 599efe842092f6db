import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { StackResources } from '../cloudformation/stack-resources.ts';
import { ACCOUNT, REGION } from '../cloudformation/stack-resources.ts';
import type { EmbeddedCloud } from '../embedded-cloud.ts';

/** From a request to its answer, both as the API's model has them. */
export type EndpointOperation = (input: Readonly<Record<string, unknown>>) => unknown;

export type ServedCloud = Pick<EmbeddedCloud, 'bus' | 'queues' | 'stacks' | 'systemsManager'>;

/** Stacks without a counterpart in the embedded cloud: a table, and alarms over AWS's own metrics. */
const WITHOUT_COUNTERPART = ['SelfhealState', 'SelfhealMonitoring', 'SelfhealDeadMan'] as const;

const entrySchema = z.strictObject({
  Source: z.string(),
  DetailType: z.string(),
  Detail: z.string(),
  Resources: z.array(z.string()).optional(),
  /** Epoch seconds, as JSON has them on the wire. */
  Time: z.number().optional(),
});
const entriesSchema = z.strictObject({ Entries: z.array(entrySchema).min(1).max(10) });

/** What people ask of AWS when they inspect and control Selfheal, by the operation's name. */
export function endpointOperations(
  { bus, queues, stacks, systemsManager }: ServedCloud,
  tableName: string,
): Readonly<Record<string, EndpointOperation>> {
  const resources = () => [...stacks.values()];
  const stack = (input: Readonly<Record<string, unknown>>): StackResources | undefined => {
    const name = String(input['StackName']);
    const found = stacks.get(name);
    if (found === undefined && !WITHOUT_COUNTERPART.some((each) => each === name))
      throw new ApiError('ValidationError', `Stack with id ${name} does not exist`);
    return found;
  };
  const rule = (name: unknown) => {
    const found = resources()
      .flatMap(({ rules }) => rules)
      .find((each) => each.name === name);
    if (found === undefined)
      throw new ApiError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
    return found;
  };
  return {
    ...systemsManager,
    GetCallerIdentity: () => ({
      Account: ACCOUNT,
      Arn: `arn:aws:iam::${ACCOUNT}:user/local`,
      UserId: 'AIDALOCAL',
    }),
    PutEvents: (input) => {
      const parsed = entriesSchema.safeParse(input);
      if (!parsed.success) throw new ApiError('ValidationException', z.prettifyError(parsed.error));
      const Entries = parsed.data.Entries.map(({ Source, DetailType, Detail, Resources, Time }) => ({
        EventId: bus.putEvent({
          source: Source,
          detailType: DetailType,
          detail: JSON.parse(Detail),
          ...(Resources && { resources: Resources }),
          ...(Time !== undefined && { timeMs: Time * 1_000 }),
        }),
      }));
      return { FailedEntryCount: 0, Entries };
    },
    DescribeRule: ({ Name }) => ({ Name: rule(Name).name, State: rule(Name).State }),
    ListTargetsByRule: ({ Rule }) => ({ Targets: rule(Rule).Targets.map(({ Id, Arn }) => ({ Id, Arn })) }),
    DescribeStacks: (input) => {
      stack(input);
      const { StackName } = input;
      const Outputs = [{ OutputKey: 'TableName', OutputValue: tableName }];
      return {
        Stacks: [
          { StackName, StackStatus: 'CREATE_COMPLETE', ...(StackName === 'SelfhealState' && { Outputs }) },
        ],
      };
    },
    ListStackResources: (input) => ({ StackResourceSummaries: summariesOf(stack(input)) }),
    GetFunctionConfiguration: ({ FunctionName }) => {
      const isKnown = resources().some(({ functions }) =>
        functions.some((each) => each.FunctionName === FunctionName),
      );
      if (isKnown) return { FunctionName, State: 'Active' };
      throw new ApiError('ResourceNotFoundException', `Function not found: ${FunctionName}`);
    },
    GetQueueAttributes: ({ QueueUrl }) => ({
      Attributes: { ApproximateNumberOfMessages: String(queues.messages(String(QueueUrl)).length) },
    }),
    ListSubscriptionsByTopic: ({ TopicArn }) => ({
      Subscriptions: resources()
        .flatMap(({ subscriptions }) => subscriptions)
        .filter((each) => each.TopicArn === TopicArn)
        .map(({ Protocol, Endpoint }, index) => ({
          Protocol,
          Endpoint,
          SubscriptionArn: `arn:aws:sns:${REGION}:${ACCOUNT}:subscription-${index}`,
        })),
    }),
  };
}

function summariesOf(stack: StackResources | undefined): readonly object[] {
  if (stack === undefined) return [];
  const listed = (type: string, ids: readonly string[]) =>
    ids.map((id) => ({
      ResourceType: type,
      PhysicalResourceId: id,
      LogicalResourceId: id.slice(id.lastIndexOf('/') + 1),
      ResourceStatus: 'CREATE_COMPLETE',
    }));
  return [
    ...listed(
      'AWS::Lambda::Function',
      stack.functions.map(({ FunctionName }) => FunctionName),
    ),
    ...listed(
      'AWS::Events::Rule',
      stack.rules.map(({ name }) => name),
    ),
    ...listed(
      'AWS::SQS::Queue',
      stack.queues.map(({ url }) => url),
    ),
    ...listed('AWS::SNS::Topic', stack.topicArns),
  ];
}
