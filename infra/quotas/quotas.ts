import {
  ALARM_DESCRIPTION_CHARACTERS,
  COMPOSITE_CHILDREN,
  COMPOSITE_RULE_CHARACTERS,
} from '../../functions/core/configuration/alarm-limits.ts';

/** A limit of a service on what a template may ask for. */
export interface Quota {
  readonly limit: number;
  /** What is counted, as worded in a message: "21 statements in …". */
  readonly counted: string;
  /** Where AWS documents it. */
  readonly source: string;
  /** How to bring a configuration below the limit. */
  readonly remedy: string;
}

const POLICY_REMEDY = 'one statement with a pattern can stand for many; please report this as a defect';
const ALARM_STACKS_REMEDY =
  'write a higher `alarmStacks` under `settings`, or `adopt` alarms created elsewhere';
const CFN = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const SQS = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html';
const SNS =
  'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html';
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const EVENTS = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html';
const METRIC_ALARM =
  'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html';
const COMPOSITE_ALARM =
  'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html';

/** Every quota that a template of ours could break. */
export const QUOTAS = {
  stackResources: { limit: 500, counted: 'resources', source: CFN, remedy: ALARM_STACKS_REMEDY },
  stackParameters: { limit: 200, counted: 'parameters', source: CFN, remedy: ALARM_STACKS_REMEDY },
  stackOutputs: { limit: 200, counted: 'outputs', source: CFN, remedy: ALARM_STACKS_REMEDY },
  // 1 MB, in the smaller of its two meanings.
  templateBytes: { limit: 1_000_000, counted: 'bytes', source: CFN, remedy: ALARM_STACKS_REMEDY },
  queuePolicyStatements: { limit: 20, counted: 'statements', source: SQS, remedy: POLICY_REMEDY },
  queuePolicyBytes: { limit: 8_192, counted: 'bytes of policy', source: SQS, remedy: POLICY_REMEDY },
  topicPolicyStatements: { limit: 100, counted: 'statements', source: SNS, remedy: POLICY_REMEDY },
  topicPolicyBytes: { limit: 30_720, counted: 'bytes of policy', source: SNS, remedy: POLICY_REMEDY },
  keyPolicyBytes: {
    limit: 32_768,
    counted: 'bytes of policy',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
    remedy: POLICY_REMEDY,
  },
  roleInlinePolicyCharacters: {
    limit: 10_240,
    counted: 'characters of inline policies',
    source: IAM,
    remedy: POLICY_REMEDY,
  },
  managedPolicyCharacters: {
    limit: 6_144,
    counted: 'characters of policy',
    source: IAM,
    remedy: POLICY_REMEDY,
  },
  /** By default; up to 25 on request. */
  roleManagedPolicies: {
    limit: 10,
    counted: 'managed policies of a role',
    source: IAM,
    remedy: 'name fewer targets, documents and functions, or split the configuration over two accounts',
  },
  functionPolicyBytes: {
    limit: 20_480,
    counted: 'bytes of resource policy',
    source: LAMBDA,
    remedy: 'lower `watchdog.shards`',
  },
  functionEnvironmentBytes: {
    limit: 4_096,
    counted: 'bytes of environment',
    source: LAMBDA,
    remedy: 'shorten the context key `lambdaEnvironment`',
  },
  functionNameCharacters: {
    limit: 64,
    counted: 'characters of name',
    source: 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html',
    remedy: 'shorten the names of the vantage points',
  },
  functionPackageBytes: {
    limit: 250_000_000,
    counted: 'bytes of unzipped package',
    source: LAMBDA,
    remedy: 'split the configuration over two accounts or Regions',
  },
  /** For an event bus, shared with everyone else's rules; 100 in af-south-1 and eu-south-1. */
  busRules: {
    limit: 300,
    counted: 'rules on the default event bus',
    source: EVENTS,
    remedy: 'lower `watchdog.shards` or the number of vantage points',
  },
  ruleTargets: { limit: 5, counted: 'targets', source: EVENTS, remedy: 'spread them over several rules' },
  patternCharacters: {
    limit: 2_048,
    counted: 'characters of event pattern',
    source: EVENTS,
    remedy: 'shorten names that the pattern lists',
  },
  /** Applies to each state of an alarm. */
  alarmActions: {
    limit: 5,
    counted: 'actions for one state',
    source: METRIC_ALARM,
    remedy: 'let one topic notify the others',
  },
  alarmNameCharacters: {
    limit: 255,
    counted: 'characters of name',
    source: METRIC_ALARM,
    remedy: 'shorten the names of the component and of the alarm',
  },
  alarmDescriptionCharacters: {
    limit: ALARM_DESCRIPTION_CHARACTERS,
    counted: 'characters of description',
    source: METRIC_ALARM,
    remedy: 'shorten the names of the component and of the alarm',
  },
  compositeRuleCharacters: {
    limit: COMPOSITE_RULE_CHARACTERS,
    counted: 'characters of alarm rule',
    source: COMPOSITE_ALARM,
    remedy: 'name fewer alarms under `allOf`',
  },
  compositeChildren: {
    limit: COMPOSITE_CHILDREN,
    counted: 'alarms in the rule',
    source: COMPOSITE_ALARM,
    remedy: 'name fewer alarms under `allOf`',
  },
  stateMachineDefinitionBytes: {
    limit: 1_000_000,
    counted: 'bytes of definition',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
    remedy: 'please report this as a defect',
  },
  documentBytes: {
    limit: 65_536,
    counted: 'bytes of document',
    source: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html',
    remedy: 'shorten the runbook',
  },
} as const satisfies Record<string, Quota>;

export type QuotaName = keyof typeof QUOTAS;

/** How much of a quota something uses. */
export interface QuotaUsage {
  readonly quota: QuotaName;
  /** Stack and resource. */
  readonly where: string;
  readonly amount: number;
}

/** One line for each quota that is exceeded, with limit, source and remedy. */
export function quotaProblems(usages: readonly QuotaUsage[]): readonly string[] {
  return usages
    .filter(({ quota, amount }) => amount > QUOTAS[quota].limit)
    .map(({ quota, where, amount }) => {
      const { limit, counted, source, remedy } = QUOTAS[quota];
      return `${where}: ${amount} ${counted}, but AWS allows ${limit} (${source}); ${remedy}`;
    });
}
