import * as z from 'zod/mini';
import { lazily } from '../lazily.ts';
import { textForPeople } from '../signal/event-values.ts';
import { nameInArn, type Read, reading, type ServiceReader } from './aws-change.ts';
import type { ChangePhase } from './change-event.ts';
import { hasAutoScalingGroup, hasDeploymentGroup, hasEcsService, hasLambdaAlias } from './change-owners.ts';
import { readDatabaseEvent } from './database-changes.ts';

const text = () => z.string().check(z.minLength(1), z.maxLength(2_048));

/** A status that decides nothing: a new one of AWS's must not look like an end. */
const undecided = (what: string, status: string): Read => ({ ignored: `${what} is ${status}` });

const CODE_DEPLOY: Readonly<Record<string, ChangePhase>> = {
  START: 'started',
  READY: 'started',
  SUCCESS: 'finished',
  FAILURE: 'failed',
  STOP: 'failed',
};

/** @see https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
const readCodeDeploy = reading(
  lazily(() =>
    z.looseObject({ deploymentId: text(), application: text(), deploymentGroup: text(), state: text() }),
  ),
  ({ deploymentId, application, deploymentGroup, state }) => {
    const phase = CODE_DEPLOY[state];
    const what = `deployment ${deploymentId} of ${application}/${deploymentGroup}`;
    if (phase === undefined) return undecided(what, state);
    return {
      ...{ source: 'codedeploy', kind: 'deployment', changeId: deploymentId, phase, summary: what },
      resource: `${application}/${deploymentGroup}`,
      isOwn: (component) => hasDeploymentGroup(component, `${application}/${deploymentGroup}`),
    };
  },
);

const ECS_DEPLOYMENT: Readonly<Record<string, ChangePhase>> = {
  SERVICE_DEPLOYMENT_IN_PROGRESS: 'started',
  SERVICE_DEPLOYMENT_COMPLETED: 'finished',
  SERVICE_DEPLOYMENT_FAILED: 'failed',
};

/**
 * ECS reports no end of a deployment that another one replaces, and a failure only with the circuit breaker.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
const readEcs = reading(
  lazily(() => z.looseObject({ eventName: text(), deploymentId: z.exactOptional(text()) })),
  ({ eventName, deploymentId }, { resources, eventId }) => {
    const service = resources.map((arn) => nameInArn(arn, 'service')).find((name) => name !== undefined);
    if (service === undefined) return { problem: 'resources: the ARN of a service is missing' };
    const own = {
      source: 'ecs',
      isOwn: (component) => hasEcsService(component, service),
    } as const satisfies Partial<Read>;
    if (eventName === 'SERVICE_DESIRED_COUNT_UPDATED')
      return {
        ...own,
        ...{ kind: 'scaling', changeId: eventId, phase: 'finished' },
        summary: `the number of tasks of ${service} was changed`,
      };
    const phase = ECS_DEPLOYMENT[eventName];
    if (phase === undefined) return undecided(service, eventName);
    if (deploymentId === undefined) return { problem: `detail.deploymentId of ${eventName}: missing` };
    return {
      ...own,
      ...{ kind: 'deployment', changeId: deploymentId, resource: service, phase },
      summary: `deployment ${deploymentId} of ${service}`,
    };
  },
);

/** CloudTrail appends the version of the API to the names of Lambda's calls: `UpdateAlias20150331`. */
const LAMBDA_CALL = /^(UpdateAlias|PutFunctionConcurrency|DeleteFunctionConcurrency)(\d{8}(v\d)?)?$/;
/** The part of an assumed role's ARN that names the session: on Lambda, the function. */
const OWN_SESSION = /:assumed-role\/[^/]+\/selfheal-act$/;

/**
 * Calls of Lambda's API, as CloudTrail reports them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
 */
const readLambda = reading(
  lazily(() =>
    z.looseObject({
      eventName: text(),
      errorCode: z.optional(z.unknown()),
      requestParameters: z.exactOptional(
        z.looseObject({ functionName: z.exactOptional(text()), name: z.exactOptional(text()) }),
      ),
      userIdentity: z.exactOptional(z.looseObject({ arn: z.exactOptional(text()) })),
    }),
  ),
  ({ eventName, errorCode, requestParameters, userIdentity }, { eventId }) => {
    const [, call] = LAMBDA_CALL.exec(eventName) ?? [];
    if (call === undefined) return undecided('a call of Lambda’s API', eventName);
    if (errorCode !== undefined) return { ignored: `${eventName} was refused` };
    if (OWN_SESSION.test(userIdentity?.arn ?? '')) return { ignored: `${eventName} is Selfheal’s own` };
    const { functionName, name: alias } = requestParameters ?? {};
    if (functionName === undefined || (call === 'UpdateAlias' && alias === undefined))
      return { problem: `detail.requestParameters of ${eventName}: functionName or name is missing` };
    // By name, by ARN, or by a part of one.
    const name = /(?:^|:function:)([A-Za-z0-9_-]+)(?::[^:]+)?$/.exec(functionName)?.[1] ?? functionName;
    const by = userIdentity?.arn === undefined ? '' : ` by ${userIdentity.arn}`;
    return {
      ...{ source: 'lambda', changeId: eventId, phase: 'finished' },
      ...(call === 'UpdateAlias'
        ? {
            kind: 'deployment',
            resource: `${name}:${alias}`,
            summary: `alias ${name}:${alias} was changed${by}`,
            isOwn: (component) => hasLambdaAlias(component, name, alias),
          }
        : {
            kind: 'configuration',
            summary: `the concurrency of ${name} was changed${by}`,
            isOwn: (component) => hasLambdaAlias(component, name),
          }),
    };
  },
);

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-status-change.html */
const readCloudFormation = reading(
  lazily(() =>
    z.looseObject({
      'stack-id': text(),
      'status-details': z.looseObject({ status: text(), 'status-reason': textForPeople() }),
      'client-request-token': z.exactOptional(z.string().check(z.maxLength(128))),
    }),
  ),
  ({ 'stack-id': stackId, 'status-details': { status }, 'client-request-token': token }) => {
    const stack = nameInArn(stackId, 'stack')?.split('/')[0];
    if (stack === undefined)
      return { problem: `detail.stack-id ${JSON.stringify(stackId)}: not the ARN of a stack` };
    const phase = stackPhase(status);
    if (phase === undefined) return undecided(`stack ${stack}`, status);
    return {
      ...{ source: 'cloudformation', kind: 'deployment', phase },
      // All events of one update have its token, where there is one.
      changeId: token ? `${stack}/${token}` : stack,
      resource: stack,
      summary: `stack ${stack}: ${status}`,
      isOwn: ({ changes }) => changes.stacks.includes(stack),
    };
  },
);

function stackPhase(status: string): ChangePhase | undefined {
  // A change set was created, and changes nothing yet.
  if (status === 'REVIEW_IN_PROGRESS') return undefined;
  if (status.endsWith('_IN_PROGRESS')) return 'started';
  if (status.endsWith('_FAILED') || status.endsWith('ROLLBACK_COMPLETE')) return 'failed';
  return status.endsWith('_COMPLETE') ? 'finished' : undefined;
}

const APP_CONFIG: Readonly<Record<string, ChangePhase>> = {
  'On Deployment Start': 'started',
  'On Deployment Complete': 'finished',
  'On Deployment Rolled Back': 'failed',
  'On Deployment Rollback': 'failed',
};

const named = () => z.looseObject({ Id: text(), Name: z.exactOptional(text()) });

const appConfigDeployment = lazily(() =>
  z.looseObject({
    Application: named(),
    Environment: named(),
    ConfigurationProfile: z.exactOptional(named()),
    DeploymentNumber: z.int(),
  }),
);

/** @see https://docs.aws.amazon.com/appconfig/latest/userguide/working-with-appconfig-extensions-about-predefined-notification-eventbridge.html */
const readAppConfig = (phase: ChangePhase) =>
  reading(appConfigDeployment, ({ Application, Environment, ConfigurationProfile, DeploymentNumber }) => {
    const place = `${Application.Name ?? Application.Id}/${Environment.Name ?? Environment.Id}`;
    const profile = ConfigurationProfile ? ` of ${ConfigurationProfile.Name ?? ConfigurationProfile.Id}` : '';
    return {
      ...{ source: 'appconfig', kind: 'configuration', phase },
      changeId: `${Application.Id}/${Environment.Id}/${DeploymentNumber}`,
      // Another profile's deployment leaves this one's configuration in use.
      ...(ConfigurationProfile && {
        resource: `${Application.Id}/${Environment.Id}/${ConfigurationProfile.Id}`,
      }),
      summary: `configuration deployment ${DeploymentNumber}${profile} to ${place}`,
      isOwn: ({ changes, appConfig }) =>
        appConfig === `${Application.Id}/${Environment.Id}/${ConfigurationProfile?.Id}` ||
        changes.appConfig.some((name) => {
          const [application, environment] = name.split('/');
          return isNamed(Application, application) && isNamed(Environment, environment);
        }),
    };
  });

function isNamed({ Id, Name }: { readonly Id: string; readonly Name?: string }, name?: string): boolean {
  return name === Id || name === Name;
}

const INSTANCE_REFRESH: Readonly<Record<string, ChangePhase>> = {
  'EC2 Auto Scaling Instance Refresh Started': 'started',
  'EC2 Auto Scaling Instance Refresh Rollback Started': 'started',
  'EC2 Auto Scaling Instance Refresh Succeeded': 'finished',
  'EC2 Auto Scaling Instance Refresh Failed': 'failed',
  'EC2 Auto Scaling Instance Refresh Cancelled': 'failed',
  'EC2 Auto Scaling Instance Refresh Rollback Succeeded': 'failed',
  'EC2 Auto Scaling Instance Refresh Rollback Failed': 'failed',
};

const instanceRefresh = lazily(() =>
  z.looseObject({ InstanceRefreshId: text(), AutoScalingGroupName: text() }),
);

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
const readAutoScaling = (phase: ChangePhase) =>
  reading(instanceRefresh, ({ InstanceRefreshId: changeId, AutoScalingGroupName: group }) => ({
    ...{ source: 'autoscaling', kind: 'deployment', changeId, resource: group, phase },
    summary: `instance refresh ${changeId} of ${group}`,
    isOwn: (component) => hasAutoScalingGroup(component, group),
  }));

const SSM_STATUS: Readonly<Record<string, ChangePhase>> = {
  Pending: 'started',
  InProgress: 'started',
  Waiting: 'started',
  Success: 'finished',
  Failed: 'failed',
  TimedOut: 'failed',
  Cancelled: 'failed',
  Incomplete: 'failed',
};

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
const readCommand = reading(
  lazily(() => z.looseObject({ 'command-id': text(), 'document-name': text(), status: text() })),
  ({ 'command-id': changeId, 'document-name': document, status }) => documentRun(changeId, document, status),
);

const readAutomation = reading(
  lazily(() => z.looseObject({ ExecutionId: text(), Definition: text(), Status: text() })),
  ({ ExecutionId: changeId, Definition: document, Status: status }) =>
    documentRun(changeId, document, status),
);

function documentRun(changeId: string, document: string, status: string): Read {
  const phase = SSM_STATUS[status];
  if (phase === undefined) return undecided(document, status);
  return {
    ...{ source: 'ssm', kind: 'maintenance', changeId, phase, summary: `${document} (${changeId})` },
    isOwn: ({ changes }) => changes.documents.includes(document),
  };
}

/** A reader for each detail-type, where that says how far a change is. */
function readersOf(
  phases: Readonly<Record<string, ChangePhase>>,
  reader: (phase: ChangePhase) => ServiceReader,
): Readonly<Record<string, ServiceReader>> {
  return Object.fromEntries(Object.entries(phases).map(([type, phase]) => [type, reader(phase)]));
}

const CLOUDTRAIL = 'AWS API Call via CloudTrail';

/** The events that are read, by source and detail-type. What is not listed reaches no reader. */
export const AWS_CHANGE_EVENTS: Readonly<Record<string, Readonly<Record<string, ServiceReader>>>> = {
  'aws.codedeploy': { 'CodeDeploy Deployment State-change Notification': readCodeDeploy },
  'aws.ecs': { 'ECS Deployment State Change': readEcs, 'ECS Service Action': readEcs },
  'aws.lambda': { [CLOUDTRAIL]: readLambda },
  'aws.cloudformation': { 'CloudFormation Stack Status Change': readCloudFormation },
  'aws.appconfig': readersOf(APP_CONFIG, readAppConfig),
  'aws.autoscaling': readersOf(INSTANCE_REFRESH, readAutoScaling),
  'aws.rds': { 'RDS DB Instance Event': readDatabaseEvent, 'RDS DB Cluster Event': readDatabaseEvent },
  'aws.ssm': {
    'EC2 Command Status-change Notification': readCommand,
    'EC2 Automation Execution Status-change Notification': readAutomation,
  },
};

/** Names of Lambda's calls, without the version that CloudTrail appends. */
export const LAMBDA_CALLS = ['UpdateAlias', 'PutFunctionConcurrency', 'DeleteFunctionConcurrency'] as const;
