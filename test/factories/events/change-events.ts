import { HOME } from '../../infra/sample-events.ts';

type Json = Readonly<Record<string, unknown>>;

const CHANGED_AT = '2026-11-22T13:00:00Z';

function serviceEvent(source: string, detailType: string, detail: Json, resources: readonly string[] = []) {
  return {
    ...HOME,
    version: '0',
    id: 'c071190c-41a5-44b8-92b1-b1f0bd1d0b2c',
    'detail-type': detailType,
    source,
    time: CHANGED_AT,
    resources,
    detail,
  };
}

/** @see https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
export function codeDeployEvent(state: string, application = 'shop', deploymentGroup = 'production') {
  return serviceEvent(
    'aws.codedeploy',
    'CodeDeploy Deployment State-change Notification',
    {
      instanceGroupId: '9fd2fbef-2157-40d8-91e7-6845af69e2d2',
      region: HOME.region,
      ...{ application, deploymentGroup, state },
      deploymentId: 'd-123456789',
    },
    [
      `arn:aws:codedeploy:${HOME.region}:${HOME.account}:application:${application}`,
      `arn:aws:codedeploy:${HOME.region}:${HOME.account}:deploymentgroup:${application}/${deploymentGroup}`,
    ],
  );
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
export function ecsDeploymentEvent(eventName: string, service = 'production/orders') {
  return serviceEvent(
    'aws.ecs',
    'ECS Deployment State Change',
    {
      eventType: eventName.endsWith('FAILED') ? 'ERROR' : 'INFO',
      eventName,
      clusterArn: `arn:aws:ecs:${HOME.region}:${HOME.account}:cluster/production`,
      deploymentId: 'ecs-svc/1234567890123456789',
      updatedAt: CHANGED_AT,
      reason: 'ECS deployment ecs-svc/1234567890123456789 in progress.',
    },
    [`arn:aws:ecs:${HOME.region}:${HOME.account}:service/${service}`],
  );
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html */
export function ecsServiceAction(eventName: string, service = 'production/orders') {
  return serviceEvent(
    'aws.ecs',
    'ECS Service Action',
    {
      eventType: 'INFO',
      eventName,
      clusterArn: `arn:aws:ecs:${HOME.region}:${HOME.account}:cluster/production`,
      createdAt: CHANGED_AT,
    },
    [`arn:aws:ecs:${HOME.region}:${HOME.account}:service/${service}`],
  );
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html */
export function lambdaCall(eventName: string, requestParameters: Json, more: Json = {}) {
  return serviceEvent('aws.lambda', 'AWS API Call via CloudTrail', {
    eventVersion: '1.08',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:deploy',
      arn: `arn:aws:sts::${HOME.account}:assumed-role/pipeline/deploy`,
    },
    eventTime: CHANGED_AT,
    eventSource: 'lambda.amazonaws.com',
    eventName,
    awsRegion: HOME.region,
    requestParameters,
    responseElements: null,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    ...more,
  });
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-status-change.html */
export function stackEvent(
  status: string,
  stack = 'shop-production',
  token = 'Console-UpdateStack-7f59c3cf',
) {
  const stackId = `arn:aws:cloudformation:${HOME.region}:${HOME.account}:stack/${stack}/1c2fa620-982a-11e3-aff7-50e2416294e0`;
  return serviceEvent(
    'aws.cloudformation',
    'CloudFormation Stack Status Change',
    {
      'stack-id': stackId,
      'status-details': { status, 'status-reason': '' },
      'client-request-token': token,
    },
    [stackId],
  );
}

/** @see https://docs.aws.amazon.com/appconfig/latest/userguide/working-with-appconfig-extensions-about-predefined-notification-eventbridge.html */
export function appConfigEvent(detailType: string) {
  return serviceEvent('aws.appconfig', detailType, {
    InvocationId: '5tfjcig',
    Parameters: {},
    Type: detailType.replaceAll(' ', ''),
    Application: { Id: 'ba8toh7', Name: 'shop' },
    Environment: { Id: 'pgil2o7', Name: 'production' },
    ConfigurationProfile: { Id: 'ga3tqep', Name: 'limits' },
    DeploymentNumber: 4,
    ConfigurationVersion: '7',
  });
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
export function instanceRefreshEvent(ended: string, group = 'web-group') {
  return serviceEvent(
    'aws.autoscaling',
    `EC2 Auto Scaling Instance Refresh ${ended}`,
    { InstanceRefreshId: 'c613620e-07e2-4ed2-a9e2-ef8258911ade', AutoScalingGroupName: group },
    ['auto-scaling-group-arn'],
  );
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloudwatch-events.sample.html */
export function databaseEvent(
  eventId: string,
  message: string,
  database = 'orders-db',
  kind: 'db' | 'cluster' = 'db',
) {
  const arn = `arn:aws:rds:${HOME.region}:${HOME.account}:${kind}:${database}`;
  return serviceEvent(
    'aws.rds',
    kind === 'db' ? 'RDS DB Instance Event' : 'RDS DB Cluster Event',
    {
      EventCategories: ['configuration change'],
      SourceType: kind === 'db' ? 'DB_INSTANCE' : 'CLUSTER',
      SourceArn: arn,
      Date: '2026-11-22T13:00:00.292Z',
      Message: message,
      SourceIdentifier: database,
      EventID: eventId,
    },
    [arn],
  );
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
export function automationEvent(document: string, status: string) {
  return serviceEvent(
    'aws.ssm',
    'EC2 Automation Execution Status-change Notification',
    {
      ExecutionId: '333ba70b-c4e6-45b9-98c2-5d0b1a16b2d5',
      Definition: document,
      DefinitionVersion: 1,
      Status: status,
      StartTime: 'Nov 22, 2026 12:59:20 PM',
      EndTime: 'Nov 22, 2026 1:00:00 PM',
      Time: 1_795_352_400_000,
      ExecutedBy: `arn:aws:sts::${HOME.account}:assumed-role/Administrator/jdoe`,
    },
    [],
  );
}

/** As `aws events put-events` sends it from a pipeline. */
export function changeReport(detail: Json, source = 'selfheal.pipeline') {
  return serviceEvent(source, 'Selfheal Change', detail);
}
