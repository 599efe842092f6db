const ACCOUNT = '<AWS::Region>:<AWS::AccountId>';
const HEAL = `arn:<AWS::Partition>:states:${ACCOUNT}:stateMachine:selfheal-heal`;

/** Everything that every function of the engine may do: its logs, and its traces. */
const EVERY_FUNCTION = [
  'logs:CreateLogStream on its log group',
  'logs:PutLogEvents on its log group',
  'xray:PutTelemetryRecords on *',
  'xray:PutTraceSegments on *',
];

const table = (...actions: readonly string[]) => actions.map((action) => `dynamodb:${action} on the table`);
/** An empty list of sources would satisfy `ForAllValues`; `Null` excludes it. */
const ANNOUNCE = `events:PutEvents on arn:<AWS::Partition>:events:${ACCOUNT}:event-bus/default if ForAllValues:StringEquals events:source=selfheal and Null events:source=false`;
const USE_KEY = ['kms:Decrypt on the key', 'kms:GenerateDataKey on the key'];
const TELL_ARCHITECT = [...USE_KEY, 'sns:Publish on the architect'];
const COMPLETE_TASKS = [`states:SendTaskFailure on ${HEAL}`, `states:SendTaskSuccess on ${HEAL}`];
const KEEP_FAILED_EVENTS = 'sqs:SendMessage on the completions’ dead letters';

const send = (...runbooks: readonly string[]) => [
  ...runbooks.map(
    (name) => `ssm:SendCommand on arn:<AWS::Partition>:ssm:${ACCOUNT}:document/selfheal-${name}`,
  ),
  `ssm:SendCommand on arn:<AWS::Partition>:ec2:${ACCOUNT}:instance/* if ssm:resourceTag/heal=please`,
  `ssm:SendCommand on arn:<AWS::Partition>:ssm:${ACCOUNT}:managed-instance/* if ssm:resourceTag/heal=please`,
];

/** What each function may do, and no more: a permission that is not here fails the test. By handler. */
export const EXPECTED_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  triage: [...EVERY_FUNCTION, ...table('BatchGetItem', 'PutItem', 'UpdateItem'), ...TELL_ARCHITECT],
  diagnose: [
    ...EVERY_FUNCTION,
    ...table('GetItem', 'UpdateItem'),
    ANNOUNCE,
    ...send('verify-health'),
    'ssm:DescribeInstanceInformation on *',
    'ssm:ListCommandInvocations on *',
  ],
  act: [
    ...EVERY_FUNCTION,
    ...table('ConditionCheckItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ...TELL_ARCHITECT,
    'sns:Publish on the SOC',
    ...COMPLETE_TASKS,
    ...send(
      'backup-db',
      'clear-temp-files',
      'disable-rules',
      'enable-monitoring',
      'enter-safe-mode',
      'freeze-config',
      'graceful-stop',
      'increase-resources',
      'isolate-network',
      'leave-safe-mode',
      'regenerate-certs',
      'reload-engine',
      'renew-certificate',
      'restore-network',
      'restore-snapshot',
      'resume-writes',
      'revert-rules',
      'rollback-config',
      'rollback-deployment',
      'start-component',
      'switch-to-readonly',
      'verify-config',
      'verify-containment',
      'verify-health',
      'verify-integrity',
    ),
    'ssm:DescribeInstanceInformation on *',
    'ssm:ListCommandInvocations on *',
    'ssm:ListCommands on *',
  ],
  'command-status': [
    ...EVERY_FUNCTION,
    ...table('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ...COMPLETE_TASKS,
    'ssm:DescribeInstanceInformation on *',
    'ssm:ListCommandInvocations on *',
    'ssm:ListCommands on *',
    KEEP_FAILED_EVENTS,
  ],
  verify: [
    ...EVERY_FUNCTION,
    ...table('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ANNOUNCE,
    ...COMPLETE_TASKS,
    ...send('verify-containment', 'verify-health'),
    'ssm:DescribeInstanceInformation on *',
    'ssm:ListCommandInvocations on *',
    'cloudwatch:DescribeAlarmContributors on *',
    'cloudwatch:DescribeAlarms on *',
    // Only because the sample configuration puts it into a VPC.
    'ec2:AssignPrivateIpAddresses on *',
    'ec2:CreateNetworkInterface on *',
    'ec2:DeleteNetworkInterface on *',
    'ec2:DescribeNetworkInterfaces on *',
    'ec2:DescribeSubnets on *',
    'ec2:UnassignPrivateIpAddresses on *',
  ],
  'prepare-rollback': [
    ...EVERY_FUNCTION,
    ...table('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ANNOUNCE,
    'ssm:CancelCommand on *',
    'ssm:ListCommands on *',
  ],
  escalate: [...EVERY_FUNCTION, ...table('GetItem', 'PutItem', 'Query'), ...TELL_ARCHITECT],
  conclude: [
    ...EVERY_FUNCTION,
    ...table('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ANNOUNCE,
    ...TELL_ARCHITECT,
    ...send('freeze-config'),
    'ssm:DescribeInstanceInformation on *',
  ],
  'execution-ended': [
    ...EVERY_FUNCTION,
    ...table('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ANNOUNCE,
    ...TELL_ARCHITECT,
    `states:StartExecution on ${HEAL}`,
    KEEP_FAILED_EVENTS,
  ],
  reconcile: [
    ...EVERY_FUNCTION,
    ...table('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ANNOUNCE,
    ...TELL_ARCHITECT,
    ...COMPLETE_TASKS,
    `states:StartExecution on ${HEAL}`,
    `states:DescribeExecution on arn:<AWS::Partition>:states:${ACCOUNT}:execution:selfheal-heal:*`,
    'ssm:CancelCommand on *',
    'ssm:DescribeInstanceInformation on *',
    'ssm:ListCommandInvocations on *',
    'ssm:ListCommands on *',
    'cloudwatch:DescribeAlarmContributors on *',
    'cloudwatch:DescribeAlarms on *',
    'cloudwatch:ListAlarmMuteRules on *',
  ],
};

const USE_VPC = [
  'ec2:AssignPrivateIpAddresses on *',
  'ec2:CreateNetworkInterface on *',
  'ec2:DeleteNetworkInterface on *',
  'ec2:DescribeNetworkInterfaces on *',
  'ec2:DescribeSubnets on *',
  'ec2:UnassignPrivateIpAddresses on *',
];

const WATCH = [
  ...EVERY_FUNCTION,
  ...table('GetItem', 'PutItem', 'Query', 'UpdateItem'),
  ANNOUNCE,
  'ssm:DescribeInstanceInformation on *',
];

/** What each function of the watchdog may do. By name. */
export const EXPECTED_WATCHDOG_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  'watch-outside': WATCH,
  'watch-inside': [...WATCH, ...USE_VPC],
  'change-peer': [
    ...EVERY_FUNCTION,
    ...table('DeleteItem', 'PutItem'),
    ...TELL_ARCHITECT,
    'sqs:SendMessage on the watchdog’s dead letters',
  ],
};

/** The function that reads the watched series. */
export const EXPECTED_ANALYSIS_PERMISSIONS: readonly string[] = [
  ...EVERY_FUNCTION,
  ...table('BatchGetItem', 'PutItem', 'UpdateItem'),
  ...TELL_ARCHITECT,
  ANNOUNCE,
  'cloudwatch:GetMetricData on *',
];

const WORKFLOW = [
  // Log delivery and X-Ray know no resource.
  'logs:CreateLogDelivery on *',
  'logs:DeleteLogDelivery on *',
  'logs:DescribeLogGroups on *',
  'logs:DescribeResourcePolicies on *',
  'logs:GetLogDelivery on *',
  'logs:ListLogDeliveries on *',
  'logs:PutResourcePolicy on *',
  'logs:UpdateLogDelivery on *',
  'xray:GetSamplingRules on *',
  'xray:GetSamplingTargets on *',
  'xray:PutTelemetryRecords on *',
  'xray:PutTraceSegments on *',
];

const invoke = (...handlers: readonly string[]) => handlers.map((name) => `lambda:InvokeFunction on ${name}`);

/** What each workflow may do. By name. */
export const EXPECTED_WORKFLOW_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  'selfheal-triage': [
    ...WORKFLOW,
    ...invoke('selfheal-triage'),
    'states:StartExecution on selfheal-heal',
    'sqs:SendMessage on the signals’ dead letters',
  ],
  'selfheal-heal': [
    ...WORKFLOW,
    ...invoke(
      'selfheal-act',
      'selfheal-conclude',
      'selfheal-diagnose',
      'selfheal-escalate',
      'selfheal-prepare-rollback',
      'selfheal-verify',
    ),
  ],
};

/**
 * Why some actions are allowed on `*`: AWS knows no resource for them, or none that would do. Nothing else may be.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const ALLOWED_ON_ANYTHING: Readonly<Record<string, RegExp>> = {
  'X-Ray names no resource':
    /^xray:(PutTelemetryRecords|PutTraceSegments|GetSamplingRules|GetSamplingTargets|GetServiceGraph|GetTraceSummaries)$/,
  'load balancers, and what they lead to, can be described without being named':
    /^elasticloadbalancing:Describe(Listeners|LoadBalancers|Rules|TargetGroups)$/,
  'a command is no resource': /^ssm:(CancelCommand|ListCommandInvocations|ListCommands)$/,
  'nodes are listed or not': /^ssm:DescribeInstanceInformation$/,
  'composite alarms are shown only to those who may see all': /^cloudwatch:DescribeAlarms$/,
  'the adopted alarms are not known by name': /^cloudwatch:DescribeAlarmContributors$/,
  'metrics have no ARN': /^cloudwatch:GetMetricData$/,
  'events are looked up or not': /^cloudtrail:LookupEvents$/,
  'a search in logs is no resource': /^logs:(GetQueryResults|StopQuery)$/,
  'mute rules are listed or not': /^cloudwatch:ListAlarmMuteRules$/,
  'log delivery names no resource':
    /^logs:(\w+LogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
  'a network interface has no ARN before it is there':
    /^ec2:(Create|Delete|Describe|Assign|Unassign)(NetworkInterfaces?|Subnets|PrivateIpAddresses)$/,
};
