import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { environmentOf, FunctionPermissions } from '../constructs/function-permissions.ts';
import { HealingFunction } from '../constructs/healing-function.ts';
import type { NotificationTopics } from '../constructs/notification-topics.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';
import type { DeploymentOptions } from './deployment-options.ts';

/** Runs in a row that fail, or are missing, before the architect is notified: the next run makes up for a single one. */
const RUNS = 3;

export interface AnalysisStackProps extends StackProps {
  readonly configuration: CompiledConfiguration;
  readonly table: Table;
  readonly topics: NotificationTopics;
  readonly lambdaEnvironment: DeploymentOptions['lambdaEnvironment'];
}

/**
 * The function that reads the watched series, its schedule, and the alarms on it. Deployed only if some component has
 * `anomalies`, so that nobody else pays for it.
 */
export class AnalysisStack extends Stack {
  constructor(scope: Construct, id: string, props: AnalysisStackProps) {
    super(scope, id, { description: 'Selfheal: anomalies of the watched series', ...props });
    const { configuration, table, topics } = props;
    const interval = Duration.seconds(configuration.settings.analysis.intervalSeconds);
    const analyze = new HealingFunction(this, 'Analyze', {
      handlerName: 'analyze',
      configuration,
      environment: { ...environmentOf(this, { table, topics }, 'analyze'), ...props.lambdaEnvironment },
    });
    const { managedTag } = configuration.settings;
    const hasProfiles = Object.values(configuration.components).some(({ profile }) => profile !== undefined);
    new FunctionPermissions(this, 'Permissions', {
      ...{ table, topics, managedTag, documentNames: [], userFunctions: [] },
      ...{ automations: [], automationRoles: [] },
      targetCalls: new Map(),
      features: new Set(hasProfiles ? ['profile'] : []),
      hostCalls: new Map(),
    }).grant(analyze, 'analyze');
    new Rule(this, 'Schedule', {
      description: 'Selfheal: clock of the analysis',
      schedule: Schedule.rate(interval),
      targets: [new LambdaFunction(analyze.function, { maxEventAge: interval, retryAttempts: 1 })],
    });
    // The next run reads what this one has not.
    analyze.retryEvents(0, interval);
    const alarms = new OwnAlarms(this, topics.architect);
    alarms.onPeriodicFunction('analyze', analyze, { period: interval, runs: RUNS });
    alarms.onSilence({
      name: 'analyze-silent',
      description: `The watched series have not been read for ${RUNS * interval.toMinutes()} minutes`,
      metric: analyze.function.metricInvocations({ period: interval }),
      evaluationPeriods: RUNS,
    });
  }
}
