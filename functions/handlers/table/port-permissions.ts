import type { PortMethods, Ports } from '../../ports/ports.ts';

/** The AWS actions that adapters call, each with what it is allowed on. */
export const ACTION_RESOURCES = {
  'dynamodb:BatchGetItem': 'table',
  'dynamodb:ConditionCheckItem': 'table',
  'dynamodb:DeleteItem': 'table',
  'dynamodb:GetItem': 'table',
  'dynamodb:PutItem': 'table',
  'dynamodb:Query': 'table',
  'dynamodb:UpdateItem': 'table',
  'ssm:SendCommand': 'documents and nodes',
  'ssm:CancelCommand': 'anything',
  'ssm:DescribeInstanceInformation': 'anything',
  'ssm:ListCommandInvocations': 'anything',
  'ssm:ListCommands': 'anything',
  'cloudwatch:DescribeAlarmContributors': 'anything',
  'cloudwatch:DescribeAlarms': 'anything',
  'cloudwatch:GetMetricData': 'anything',
  'cloudwatch:ListAlarmMuteRules': 'anything',
  'states:SendTaskFailure': 'heal workflow',
  'states:SendTaskSuccess': 'heal workflow',
  'states:StartExecution': 'heal workflow',
  'states:DescribeExecution': 'heal executions',
  'events:PutEvents': 'bus',
  'lambda:InvokeFunction': 'functions of the configuration',
  'lambda:DeleteFunctionConcurrency': 'targets',
  'lambda:GetAlias': 'targets',
  'lambda:GetFunctionConcurrency': 'targets',
  'lambda:GetFunctionConfiguration': 'targets',
  'lambda:ListVersionsByFunction': 'targets',
  'lambda:PutFunctionConcurrency': 'targets',
  'lambda:UpdateAlias': 'targets',
  'ssm:StartAutomationExecution': 'automations of the configuration',
  'ssm:GetAutomationExecution': 'automation executions',
  'ssm:StopAutomationExecution': 'automation executions',
  'sns:Publish': 'topics',
} as const;

export type AwsAction = keyof typeof ACTION_RESOURCES;
export type AwsResource = (typeof ACTION_RESOURCES)[AwsAction];

/** A transaction takes the permissions of the items that it writes or checks. */
const PERMISSIONS: {
  readonly [P in keyof Ports]: Readonly<Record<keyof Ports[P], readonly AwsAction[]>>;
} = {
  store: {
    readLimits: ['dynamodb:BatchGetItem'],
    readComponents: ['dynamodb:BatchGetItem'],
    readFleet: ['dynamodb:GetItem'],
    admit: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    saveFailures: ['dynamodb:UpdateItem'],
    noteExhaustionNotified: ['dynamodb:UpdateItem'],
    markUnhealthy: ['dynamodb:UpdateItem'],
    markHealthy: ['dynamodb:UpdateItem'],
    forgetAlerts: ['dynamodb:UpdateItem'],
    recordRefusal: ['dynamodb:PutItem'],
    listRefusals: ['dynamodb:Query'],
    getOperation: ['dynamodb:GetItem'],
    getPlan: ['dynamodb:GetItem'],
    listOperations: ['dynamodb:Query'],
    layOut: ['dynamodb:UpdateItem'],
    beginRollback: ['dynamodb:UpdateItem'],
    beginStep: ['dynamodb:UpdateItem'],
    recordStep: ['dynamodb:PutItem'],
    recordChange: ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem'],
    recordOutcome: ['dynamodb:PutItem'],
    recordOwnOutcome: ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem'],
    getStep: ['dynamodb:GetItem'],
    listSteps: ['dynamodb:Query'],
    getClaim: ['dynamodb:GetItem'],
    listClaims: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
    takeOver: ['dynamodb:UpdateItem'],
    conclude: ['dynamodb:UpdateItem'],
    setPause: ['dynamodb:UpdateItem'],
    observe: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    propose: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    readHeldBack: ['dynamodb:BatchGetItem'],
    listObservations: ['dynamodb:Query'],
    listProposals: ['dynamodb:Query'],
    noteProposalNotified: ['dynamodb:UpdateItem'],
    addApproval: ['dynamodb:UpdateItem'],
    endProposal: ['dynamodb:UpdateItem'],
    noteRecovery: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    noteDenial: ['dynamodb:UpdateItem'],
    listDenials: ['dynamodb:Query'],
    noteDenialNotified: ['dynamodb:UpdateItem'],
  },
  watchdog: {
    readShard: ['dynamodb:GetItem'],
    listShards: ['dynamodb:Query'],
    saveRound: ['dynamodb:PutItem'],
    clearPending: ['dynamodb:UpdateItem'],
    saveReport: ['dynamodb:PutItem'],
    listReports: ['dynamodb:Query'],
    registerPeer: ['dynamodb:PutItem'],
    removePeer: ['dynamodb:DeleteItem'],
    listPeers: ['dynamodb:Query'],
  },
  runbooks: {
    resolveTargets: ['ssm:DescribeInstanceInformation'],
    send: ['ssm:SendCommand'],
    getCommand: ['ssm:ListCommands'],
    findCommand: ['ssm:ListCommands'],
    listInvocations: ['ssm:ListCommandInvocations'],
    cancel: ['ssm:CancelCommand'],
  },
  alarms: {
    inAlarm: ['cloudwatch:DescribeAlarms'],
    redSince: ['cloudwatch:DescribeAlarms'],
    states: ['cloudwatch:DescribeAlarms'],
    targetsOf: ['cloudwatch:DescribeAlarmContributors', 'cloudwatch:DescribeAlarms'],
    redInstances: ['cloudwatch:DescribeAlarmContributors'],
    silencedBy: ['cloudwatch:DescribeAlarms', 'cloudwatch:ListAlarmMuteRules'],
  },
  executions: { start: ['states:StartExecution'], describe: ['states:DescribeExecution'] },
  tokens: { succeed: ['states:SendTaskSuccess'], fail: ['states:SendTaskFailure'] },
  events: { stateChanged: ['events:PutEvents'], signal: ['events:PutEvents'] },
  watchdogEvents: { publish: ['events:PutEvents'] },
  anomalySignals: { publish: ['events:PutEvents'] },
  metricData: { read: ['cloudwatch:GetMetricData'] },
  baselines: {
    readShards: ['dynamodb:BatchGetItem'],
    saveShard: ['dynamodb:PutItem'],
    keepPending: ['dynamodb:UpdateItem'],
  },
  notifier: { notify: ['sns:Publish'] },
  channels: { deliver: ['events:PutEvents'] },
  incidents: {
    readIncident: ['dynamodb:GetItem'],
    saveIncident: ['dynamodb:PutItem'],
    listIncidents: ['dynamodb:Query'],
  },
  functions: { invoke: ['lambda:InvokeFunction'] },
  aliases: {
    read: ['lambda:GetAlias'],
    point: ['lambda:UpdateAlias'],
    versions: ['lambda:ListVersionsByFunction'],
    state: ['lambda:GetFunctionConfiguration'],
    reserved: ['lambda:GetFunctionConcurrency'],
    reserve: ['lambda:DeleteFunctionConcurrency', 'lambda:PutFunctionConcurrency'],
  },
  automations: {
    start: ['ssm:StartAutomationExecution'],
    get: ['ssm:GetAutomationExecution'],
    stop: ['ssm:StopAutomationExecution'],
  },
  // Requests to health endpoints, and log lines.
  endpoints: { probe: [] },
  http: { probe: [] },
  tcp: { probe: [] },
  metrics: { operationConcluded: [], stepEnded: [], refused: [] },
  watchdogMetrics: { roundEnded: [] },
};

/** The AWS actions behind some port methods, each once. */
export function actionsOf(needs: PortMethods): readonly AwsAction[] {
  const actions = Object.entries(needs).flatMap(([port, methods]) => {
    const permissions: Readonly<Record<string, readonly AwsAction[]>> = PERMISSIONS[port as keyof Ports];
    return methods.flatMap((method) => permissions[method] ?? []);
  });
  return [...new Set(actions)].sort();
}
