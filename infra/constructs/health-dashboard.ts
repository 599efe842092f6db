import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Color,
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
  /** How many repairs may be in flight altogether. */
  readonly maxConcurrentRepairs: number;
  /** How many components the configuration has. */
  readonly components: number;
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
    const { alarms, functions, heal, triage, deadLetterQueues, maxConcurrentRepairs, components, cost } =
      props;
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
      limited(
        'Repairs in flight and waiting, against the limit',
        [shown('RepairsInFlight', 'in flight'), shown('RepairsWaiting', 'waiting for room')],
        { value: maxConcurrentRepairs, label: `maxConcurrentRepairs: ${maxConcurrentRepairs}` },
      ),
      limited('Components that count as unhealthy', [shown('ComponentsUnhealthy', 'unhealthy')], {
        value: components,
        label: `all components: ${components}`,
      }),
    );
    dashboard.addWidgets(
      limited(
        'Budgets of groups in use, percent of maxInFlight',
        [searched('group,service', 'GroupBudgetUsed', 'Maximum', PERIOD)],
        SPENT,
      ),
      limited(
        'Attempts of red components in use, percent of maxAttempts',
        [searched('component,service,strategy', 'AttemptsUsed', 'Maximum', PERIOD)],
        SPENT,
      ),
    );
    dashboard.addWidgets(
      graph('Repairs begun and ended', [
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

const SPENT = { value: 100, label: 'spent' };

/** With the limit as a line. */
function limited(
  title: string,
  left: readonly IMetric[],
  limit: { readonly value: number; readonly label: string },
): GraphWidget {
  return new GraphWidget({
    ...{ title, left: [...left], width: HALF, height: HEIGHT, leftYAxis: { min: 0 } },
    leftAnnotations: [{ ...limit, color: Color.RED }],
  });
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

/** What the reconciler writes only while something is unhealthy or in flight: without a value, there is none of it. */
function shown(metricName: string, label: string): MathExpression {
  const metric = new Metric({
    ...{ namespace: 'Selfheal', metricName, dimensionsMap: { service: SERVICE } },
    ...{ statistic: 'Maximum', period: PERIOD },
  });
  const id = metricName.charAt(0).toLowerCase() + metricName.slice(1);
  return new MathExpression({
    expression: `FILL(${id}, 0)`,
    usingMetrics: { [id]: metric },
    label,
    period: PERIOD,
  });
}

function counted(metricName: string): Metric {
  const dimensionsMap = { service: SERVICE };
  return new Metric({ namespace: 'Selfheal', metricName, dimensionsMap, statistic: 'Sum', period: PERIOD });
}
