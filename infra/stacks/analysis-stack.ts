import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { watchedSeries } from '../../functions/core/analysis/component-series.ts';
import type { SeriesSource } from '../../functions/core/analysis/watched-series.ts';
import { watchedComponents } from '../../functions/core/change/change-owners.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { sourcesOf } from '../../functions/core/signal/event-source.ts';
import type { HandlerOf } from '../../functions/handlers/table/handler-table.ts';
import { DeadLetterQueue } from '../constructs/dead-letter-queue.ts';
import { environmentOf } from '../constructs/function-environment.ts';
import { FunctionPermissions } from '../constructs/function-permissions.ts';
import { HealingFunction } from '../constructs/healing-function.ts';
import { homeEvents } from '../constructs/home-events.ts';
import type { NotificationTopics } from '../constructs/notification-topics.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';
import type { DeploymentOptions } from './deployment-options.ts';

/** Runs in a row that fail, or are missing, before the architect is notified: the next run also does the work of a single lost one. */
const RUNS = 3;

/** Data points are waited for ten minutes by default; after an hour, nobody would miss them. */
const STALE_AFTER = Duration.hours(1);

export interface AnalysisStackProps extends StackProps {
  readonly configuration: CompiledConfiguration;
  readonly table: Table;
  readonly topics: NotificationTopics;
  readonly lambdaEnvironment: DeploymentOptions['lambdaEnvironment'];
}

/**
 * The function that reads the watched series, its schedule, the functions that it needs for `monitors`, and the alarms on
 * them. Deployed only if some component has series that are watched, so that nobody else pays for it.
 */
export class AnalysisStack extends Stack {
  private readonly props: AnalysisStackProps;
  private readonly permissions: FunctionPermissions;
  private readonly alarms: OwnAlarms;

  constructor(scope: Construct, id: string, props: AnalysisStackProps) {
    super(scope, id, { description: 'Selfheal: anomalies of the watched series', ...props });
    this.props = props;
    const { configuration, table, topics } = props;
    const interval = Duration.seconds(configuration.settings.analysis.intervalSeconds);
    const { managedTag } = configuration.settings;
    const sources = watchedSeries(configuration.components).map(({ source }) => source);
    const has = (kind: SeriesSource['kind']) => sources.some((source) => source.kind === kind);
    const asked = sources.flatMap((source) => ('function' in source ? [source.function] : []));
    this.permissions = new FunctionPermissions(this, 'Permissions', {
      ...{ table, topics, managedTag, documentNames: [], userFunctions: [...new Set(asked)].sort() },
      ...{ automations: [], automationRoles: [] },
      targetCalls: new Map(),
      features: new Set([
        ...(has('profile') ? (['profile'] as const) : []),
        ...(asked.length > 0 ? (['monitorFunctions'] as const) : []),
        ...(has('events') ? (['monitorEvents'] as const) : []),
        ...(watchedComponents(configuration).length > 0 ? (['changes'] as const) : []),
      ]),
      hostCalls: new Map(),
    });
    this.alarms = new OwnAlarms(this, topics.architect);
    const analyze = this.healingFunction('Analyze', 'analyze');
    new Rule(this, 'Schedule', {
      description: 'Selfheal: schedule of the analysis',
      schedule: Schedule.rate(interval),
      targets: [new LambdaFunction(analyze.function, { maxEventAge: interval, retryAttempts: 1 })],
    });
    // The next run reads what this one has not.
    analyze.retryEvents(0, interval);
    this.alarms.onPeriodicFunction('analyze', analyze, { period: interval, runs: RUNS });
    this.alarms.onSilence({
      name: 'analyze-silent',
      description: `The watched series have not been read for ${RUNS * interval.toMinutes()} minutes`,
      metric: analyze.function.metricInvocations({ period: interval }),
      evaluationPeriods: RUNS,
    });
    if (has('endpoint')) this.readEndpoints();
    if (has('events')) this.keepEvents();
  }

  /** What it cannot read, `analyze` reports: it needs no alarm of its own. */
  private readEndpoints(): void {
    const { vpc } = this.props.configuration.settings;
    const scrape = this.healingFunction('Scrape', 'scrape');
    if (vpc) scrape.joinVpc(vpc.subnetIds, vpc.securityGroupIds);
  }

  private keepEvents(): void {
    const record = this.healingFunction('RecordMetrics', 'record-metrics');
    const deadLetterQueue = new DeadLetterQueue(this, 'MetricDeadLetters');
    record.retryEvents(2, STALE_AFTER, deadLetterQueue);
    this.alarms.onFunction('record-metrics', record);
    this.alarms.onDeadLetters('metrics', deadLetterQueue);
    new CfnOutput(this, 'MetricDeadLetterQueueUrl', {
      value: deadLetterQueue.queueUrl,
      description: 'Values of monitors that could not be kept',
    });
    new Rule(this, 'Metrics', {
      description: 'Selfheal: values of monitors',
      eventPattern: homeEvents(this, {
        source: [...sourcesOf('Selfheal Metric', this.props.configuration)],
        detailType: ['Selfheal Metric'],
      }),
      targets: [
        new LambdaFunction(record.function, {
          deadLetterQueue,
          maxEventAge: STALE_AFTER,
          retryAttempts: 30,
        }),
      ],
    });
  }

  private healingFunction(id: string, handlerName: HandlerOf<'analysis'>): HealingFunction {
    const { configuration, table, topics, lambdaEnvironment } = this.props;
    const healing = new HealingFunction(this, id, {
      handlerName,
      configuration,
      environment: { ...environmentOf(this, { table, topics }, handlerName), ...lambdaEnvironment },
    });
    this.permissions.grant(healing, handlerName);
    return healing;
  }
}
