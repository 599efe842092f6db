import { Duration } from 'aws-cdk-lib';
import { Match, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { HealingFunction } from './healing-function.ts';
import { homeEvents } from './home-events.ts';
import { chunked } from './pattern-names.ts';
import { workflowArn } from './workflow.ts';

/** Statuses after which an automation continues on its own. */
const UNFINISHED_AUTOMATION = ['Pending', 'InProgress', 'Waiting', 'Cancelling'];

/** Statuses after which a command continues on its own. Every other status, known or not, is handled. */
const UNFINISHED_COMMAND = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];

/** Events of RDS after which a database serves again, has its new size, or has failed to fail over. */
const DATABASE_ENDS = [
  'RDS-EVENT-0006',
  'RDS-EVENT-0014',
  'RDS-EVENT-0017',
  'RDS-EVENT-0049',
  'RDS-EVENT-0069',
  'RDS-EVENT-0071',
];

const STALE_AFTER = Duration.hours(1);
const MINUTE = Duration.minutes(1);

export interface CompletionRulesProps {
  readonly commandStatus: HealingFunction;
  readonly executionEnded: HealingFunction;
  readonly reconcile: HealingFunction;
  readonly documentNames: readonly string[];
  /** Names of the Automation documents that strategies run. */
  readonly automationNames: readonly string[];
  /** Sources of events by which functions of the user's report an end. */
  readonly endingSources: readonly string[];
  /** ARNs of the services of ECS that strategies deploy. */
  readonly serviceArns: readonly string[];
  /** Deployment groups of CodeDeploy that strategies deploy to, as `application/deployment-group`. */
  readonly deploymentGroups: readonly string[];
  /** Configurations of AppConfig that strategies have it go back from, as `application/environment/profile`. */
  readonly configurations: readonly string[];
  /** ARNs of the databases that strategies reboot, fail over or resize. */
  readonly databaseArns: readonly string[];
  /** Where events wait that could not be delivered or processed. */
  readonly deadLetterQueue: IQueue;
}

/**
 * The rules that bring operations to their end: commands that ended, executions that failed or were stopped, and the
 * clock.
 */
export class CompletionRules extends Construct {
  constructor(scope: Construct, id: string, props: CompletionRulesProps) {
    super(scope, id);
    const { commandStatus, executionEnded, reconcile, deadLetterQueue } = props;
    const target = (healing: HealingFunction, maxEventAge: Duration, retryAttempts: number) =>
      new LambdaFunction(healing.function, { deadLetterQueue, maxEventAge, retryAttempts });

    const ended = target(commandStatus, STALE_AFTER, 30);
    for (const [index, names] of chunked(props.documentNames).entries())
      new Rule(this, numbered('CommandStatus', index), {
        description: 'Selfheal: the command of a runbook has ended',
        eventPattern: homeEvents(this, {
          source: ['aws.ssm'],
          detailType: ['EC2 Command Status-change Notification'],
          detail: { 'document-name': names, status: Match.anythingBut(...UNFINISHED_COMMAND) },
        }),
        targets: [ended],
      });
    commandStatus.retryEvents(2, STALE_AFTER, deadLetterQueue);
    for (const [index, names] of chunked(props.automationNames).entries())
      new Rule(this, numbered('AutomationStatus', index), {
        description: 'Selfheal: an automation has ended',
        eventPattern: homeEvents(this, {
          source: ['aws.ssm'],
          detailType: ['EC2 Automation Execution Status-change Notification'],
          detail: { Definition: names, Status: Match.anythingBut(...UNFINISHED_AUTOMATION) },
        }),
        targets: [ended],
      });

    new Rule(this, 'ExecutionEnded', {
      description: 'Selfheal: a heal execution failed, timed out or was stopped',
      eventPattern: homeEvents(this, {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [workflowArn(this, 'heal')],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      }),
      targets: [target(executionEnded, STALE_AFTER, 30)],
    });
    executionEnded.retryEvents(2, STALE_AFTER, deadLetterQueue);

    if (props.endingSources.length > 0)
      this.wakeAtEndOfFunctions(props.endingSources, target(reconcile, MINUTE, 1));
    if (props.serviceArns.length > 0)
      this.wakeAtEndOfDeployments(props.serviceArns, target(reconcile, MINUTE, 1));
    if (props.deploymentGroups.length > 0)
      this.wakeAtEndOfReleases(props.deploymentGroups, target(reconcile, MINUTE, 1));
    if (props.configurations.length > 0)
      this.wakeAtEndOfConfigurations(props.configurations, target(reconcile, MINUTE, 1));
    if (props.databaseArns.length > 0)
      this.wakeWhenDatabasesAreBack(props.databaseArns, target(reconcile, MINUTE, 1));

    new Rule(this, 'EveryMinute', {
      description: 'Selfheal: schedule of the reconciler',
      schedule: Schedule.rate(MINUTE),
      targets: [target(reconcile, MINUTE, 1)],
    });
    // The next minute is the next try.
    reconcile.retryEvents(0, MINUTE);
  }

  /** What an event says is not believed: it is a reason to ask the function, which the reconciler does each minute anyway. */
  private wakeAtEndOfFunctions(sources: readonly string[], reconcile: LambdaFunction): void {
    new Rule(this, 'FunctionEnded', {
      description: 'Selfheal: what a function has started has ended',
      eventPattern: homeEvents(this, { source: [...sources], detailType: ['Selfheal Action Ended'] }),
      targets: [reconcile],
    });
  }

  /** The reconciler looks at every deployment each minute; its end is a reason to look at once. A pattern holds some 15 ARNs. */
  private wakeAtEndOfDeployments(serviceArns: readonly string[], reconcile: LambdaFunction): void {
    for (const [index, resources] of chunked(serviceArns).entries())
      new Rule(this, numbered('DeploymentEnded', index), {
        description: 'Selfheal: a deployment of a service of ECS has ended',
        eventPattern: homeEvents(this, {
          source: ['aws.ecs'],
          detailType: ['ECS Deployment State Change'],
          resources,
          detail: { eventName: ['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_FAILED'] },
        }),
        targets: [reconcile],
      });
  }

  /** CodeDeploy’s events are best effort: the reconciler looks each minute all the same. */
  private wakeAtEndOfReleases(groups: readonly string[], reconcile: LambdaFunction): void {
    const applications = [...new Set(groups.map((group) => group.split('/')[0] ?? group))];
    for (const [index, application] of chunked(applications).entries())
      new Rule(this, `ReleaseEnded${index}`, {
        description: 'Selfheal: a deployment of CodeDeploy has ended',
        eventPattern: homeEvents(this, {
          source: ['aws.codedeploy'],
          detailType: ['CodeDeploy Deployment State-change Notification'],
          detail: { application, state: ['SUCCESS', 'FAILURE', 'STOP'] },
        }),
        targets: [reconcile],
      });
  }

  /** Without AppConfig’s extension for EventBridge, no event comes: the reconciler looks each minute all the same. */
  private wakeAtEndOfConfigurations(configurations: readonly string[], reconcile: LambdaFunction): void {
    const applications = [...new Set(configurations.map((id) => id.split('/')[0] ?? id))];
    for (const [index, Id] of chunked(applications).entries())
      new Rule(this, `ConfigurationEnded${index}`, {
        description: 'Selfheal: a deployment of AppConfig has ended',
        eventPattern: homeEvents(this, {
          source: ['aws.appconfig'],
          detailType: ['On Deployment Complete', 'On Deployment Rolled Back', 'On Deployment Rollback'],
          detail: { Application: { Id } },
        }),
        targets: [reconcile],
      });
  }

  /** RDS's events are best effort, and come a while after the fact: the reconciler looks each minute all the same. */
  private wakeWhenDatabasesAreBack(databaseArns: readonly string[], reconcile: LambdaFunction): void {
    for (const [index, names] of chunked(databaseArns).entries())
      new Rule(this, `DatabaseBack${index}`, {
        description: 'Selfheal: a database has restarted, failed over or been resized',
        eventPattern: homeEvents(this, {
          source: ['aws.rds'],
          detailType: ['RDS DB Instance Event', 'RDS DB Cluster Event'],
          detail: { SourceArn: names, EventID: [...DATABASE_ENDS] },
        }),
        targets: [reconcile],
      });
  }
}

/** The first keeps the name that it has when it is the only one. */
function numbered(id: string, index: number): string {
  return index === 0 ? id : `${id}${index}`;
}
