import { topicArn } from '../../../../local/embedded/cloudformation/stack-resources.ts';
import { type Askings, arnOf, type Input, on, onAny } from './resource-arn.ts';

export const TABLE_NAME = 'SelfhealState-Records';
export const TABLE = arnOf('dynamodb', `table/${TABLE_NAME}`);
export const APPROVERS_TOPIC = topicArn('selfheal-approvers');
/** Of every topic. */
export const TOPICS_KEY = arnOf('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab');
export const LINK_KEY = arnOf('secretsmanager', 'secret:link-key');

/** The parts of a transaction, each of which takes the permission of the request that it stands for. */
const PARTS = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
} as const;

const onTable = (action: string) => () => on(action, TABLE);

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
export const DYNAMODB: Askings = {
  GetItem: onTable('dynamodb:GetItem'),
  BatchGetItem: onTable('dynamodb:BatchGetItem'),
  PutItem: onTable('dynamodb:PutItem'),
  UpdateItem: onTable('dynamodb:UpdateItem'),
  Query: ({ IndexName }) =>
    on('dynamodb:Query', IndexName === undefined ? TABLE : `${TABLE}/index/${String(IndexName)}`),
  TransactWriteItems: ({ TransactItems }) => {
    const kinds = new Set((TransactItems as readonly object[]).flatMap((item) => Object.keys(item)));
    return [...kinds].flatMap((kind) => on(PARTS[kind as keyof typeof PARTS], TABLE));
  },
};

/** The topics are encrypted: who publishes needs their key. */
export const SNS: Askings = {
  Publish: ({ TopicArn }) => [
    ...on('sns:Publish', String(TopicArn)),
    ...on('kms:GenerateDataKey', TOPICS_KEY),
    ...on('kms:Decrypt', TOPICS_KEY),
  ],
};

export const EVENTS: Askings = {
  PutEvents: ({ Entries }) =>
    (Entries as readonly Input[]).map(({ Source }) => ({
      action: 'events:PutEvents',
      resource: arnOf('events', 'event-bus/default'),
      context: { 'events:source': String(Source) },
    })),
};

export const SECRETS: Askings = {
  GetSecretValue: ({ SecretId }) => on('secretsmanager:GetSecretValue', String(SecretId)),
};

export const CLOUDWATCH: Askings = {
  GetMetricData: onAny('cloudwatch:GetMetricData'),
  DescribeAlarms: onAny('cloudwatch:DescribeAlarms'),
  DescribeAlarmContributors: onAny('cloudwatch:DescribeAlarmContributors'),
  ListAlarmMuteRules: onAny('cloudwatch:ListAlarmMuteRules'),
};
