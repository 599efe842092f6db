import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  MathExpression,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { COST_PARTS, type CostItem, usdOf } from '../../functions/core/cost/cost-item.ts';

const PERIOD = Duration.minutes(5);
const HALF = 12;
const HEIGHT = 6;
const SERVICE = 'selfheal';

export interface HealthDashboardProps {
  /** The alarms on Selfheal itself. */
  readonly alarms: readonly IAlarm[];
  readonly functions: readonly IFunction[];
  readonly heal: IStateMachine;
  readonly triage: IStateMachine;
  /** By what the queues hold. */
  readonly deadLetterQueues: Readonly<Record<string, IQueue>>;
  /** What the configuration costs in a month. */
  readonly cost: readonly CostItem[];
}

/**
 * What Selfheal did, and how it is, on one page. Widgets over components search for their metrics, so that the page
 * stays the same whatever is configured; it holds fewer than the 50 metrics up to which a dashboard may be free.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
export class HealthDashboard extends Construct {
  constructor(scope: Construct, id: string, props: HealthDashboardProps) {
    super(scope, id);
    const { alarms, functions, heal, triage, deadLetterQueues, cost } = props;
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: 'Selfheal' });
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms on Selfheal itself', alarms: [...alarms], width: HALF * 2 }),
    );
    dashboard.addWidgets(
      graph('Operations, by strategy and outcome', [
        searched('component,service,state,strategy', 'Operations', 'Sum', PERIOD),
      ]),
      graph('Refusals, by reason', [searched('reason,service', 'Refusals', 'Sum', PERIOD)]),
    );
    dashboard.addWidgets(
      graph('Time to repair, milliseconds on average', [
        searched(
          'component,service,state,strategy',
          'OperationDuration',
          'Average',
          PERIOD,
          'state="COMPLETED"',
        ),
      ]),
      graph('Actions, by outcome', [searched('action,outcome,service', 'Actions', 'Sum', PERIOD)]),
    );
    dashboard.addWidgets(
      graph('Repairs in flight: begun and ended', [
        heal.metricStarted({ period: PERIOD, label: 'begun' }),
        heal.metricSucceeded({ period: PERIOD, label: 'ended' }),
        heal.metricFailed({ period: PERIOD, label: 'ended as FAILED' }),
        heal.metricAborted({ period: PERIOD, label: 'stopped by a person' }),
        triage.metricFailed({ period: PERIOD, label: 'signals not decided' }),
      ]),
      graph('Watchdog, by shard', [
        searched('service,shard', 'WatchdogPeersDown', 'Maximum', PERIOD),
        searched('service,shard', 'HeartbeatMisses', 'Sum', PERIOD),
        searched('service,shard', 'WatchdogPeersUnchecked', 'Maximum', PERIOD),
      ]),
    );
    dashboard.addWidgets(
      graph(
        'Errors of functions',
        functions.map((each) => each.metricErrors({ period: PERIOD, label: each.functionName })),
      ),
      graph('Dead letters, warnings and lost events', [
        ...Object.entries(deadLetterQueues).map(([what, queue]) =>
          queue.metricApproximateNumberOfMessagesVisible({
            period: PERIOD,
            statistic: 'Maximum',
            label: `dead letters of ${what}`,
          }),
        ),
        counted('OperationWarnings'),
        counted('EventsLost'),
      ]),
    );
    dashboard.addWidgets(new TextWidget({ markdown: costText(cost), width: HALF * 2, height: HEIGHT }));
  }
}

/** As of the deployment: CloudWatch has no metric of what a part of an account costs. */
function costText(items: readonly CostItem[]): string {
  const sum = (some: readonly CostItem[]) => some.reduce((total, item) => total + usdOf(item), 0);
  const parts = COST_PARTS.map((part) => [part, sum(items.filter((item) => item.part === part))] as const);
  return [
    '## Cost',
    `**$${sum(items).toFixed(2)} a month** at the prices of US East (N. Virginia) while everything is healthy, without free tiers, as deployed. \`npx selfheal cost\` lists every item, and adds repairs.`,
    '',
    '| part | $ a month |',
    '| --- | --- |',
    ...parts.filter(([, usd]) => usd > 0).map(([part, usd]) => `| ${part} | ${usd.toFixed(2)} |`),
  ].join('\n');
}

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: HALF, height: HEIGHT, leftYAxis: { min: 0 } });
}

/** Every series of one of Selfheal's metrics, whatever its components and reasons are called. */
function searched(
  dimensions: string,
  metricName: string,
  statistic: string,
  period: Duration,
  filter = '',
): MathExpression {
  const query = `{Selfheal,${dimensions}} MetricName="${metricName}" service="${SERVICE}" ${filter}`.trim();
  return new MathExpression({
    expression: `SEARCH('${query}', '${statistic}', ${period.toSeconds()})`,
    usingMetrics: {},
    label: '',
    period,
  });
}

function counted(metricName: string): Metric {
  const dimensionsMap = { service: SERVICE };
  return new Metric({ namespace: 'Selfheal', metricName, dimensionsMap, statistic: 'Sum', period: PERIOD });
}
