import { type AlarmRule, AlarmRuleError, alarmNameOf, parseAlarmRule } from './alarm-rule.ts';
import { CloudWatchError } from './errors.ts';
import { MetricMathError, type ParsedExpression, parseExpression } from './metric-math.ts';
import { type MetricIdentity, toDimensions } from './metric-store.ts';
import { type InsightsQuery, isInsightsQuery, parseInsightsQuery } from './metrics-insights.ts';
import type {
  AlarmStateValue,
  ComparisonOperator,
  CompositeAlarmInput,
  MetricAlarmInput,
  MetricQuery,
  MissingDataTreatment,
} from './schemas.ts';
import { percentileOf } from './statistics.ts';

interface MetricSource {
  readonly metric: MetricIdentity;
  readonly statistic: string;
  readonly unit?: string;
}

/** A metric alarm that passed all checks and is ready to be evaluated. */
export interface MetricAlarm {
  readonly kind: 'metric';
  readonly input: MetricAlarmInput;
  readonly sources: ReadonlyMap<string, MetricSource>;
  readonly expressions: ReadonlyMap<string, ParsedExpression>;
  /** Instead of both: a query, of which each series is a contributor with a state of its own. */
  readonly query?: InsightsQuery;
  /** The id of the one query whose values are compared with the threshold. */
  readonly returned: string;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly operator: ComparisonOperator;
  readonly treatMissingData: MissingDataTreatment;
  /** Set when too few samples for this percentile (0 to 100) must leave the state alone. */
  readonly retainBelowPercentile?: number;
}

export interface CompositeAlarm {
  readonly kind: 'composite';
  readonly input: CompositeAlarmInput;
  readonly rule: AlarmRule;
  readonly suppressor?: {
    readonly name: string;
    readonly waitSeconds: number;
    readonly extensionSeconds: number;
  };
}

/** What an alarm does on reaching a state, by ARN. */
export function actionsFor(
  { input }: MetricAlarm | CompositeAlarm,
  value: AlarmStateValue,
): readonly string[] {
  const actions = {
    ALARM: input.AlarmActions,
    OK: input.OKActions,
    INSUFFICIENT_DATA: input.InsufficientDataActions,
  };
  return actions[value] ?? [];
}

const DAY_SECONDS = 86_400;

/**
 * Checks what the schema cannot: which properties go together.
 *
 * @throws CloudWatchError with the property and what is wrong, as PutMetricAlarm answers
 */
export function defineMetricAlarm(input: MetricAlarmInput): MetricAlarm {
  const fail = failFor(input.AlarmName);
  const queries = input.Metrics ?? [singleMetricQuery(input)];
  if (input.Metrics !== undefined) {
    const both = (
      ['MetricName', 'Namespace', 'Dimensions', 'Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const
    ).filter((key) => input[key] !== undefined);
    if (both.length > 0)
      throw fail('InvalidParameterCombinationException', `${both.join(', ')} cannot be used with Metrics`);
  }
  const datapointsToAlarm = input.DatapointsToAlarm ?? input.EvaluationPeriods;
  if (datapointsToAlarm > input.EvaluationPeriods) {
    throw fail(
      'ValidationException',
      `DatapointsToAlarm ${datapointsToAlarm} is more than EvaluationPeriods ${input.EvaluationPeriods}`,
    );
  }
  const query = groupQueryOf(queries, fail);
  const { sources, expressions, returned, periodSeconds } = query ?? readQueries(input.AlarmName, queries);
  const spanSeconds = periodSeconds * input.EvaluationPeriods;
  const longestSeconds = periodSeconds >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (spanSeconds > longestSeconds) {
    throw fail(
      'ValidationException',
      `EvaluationPeriods * Period is ${spanSeconds} s, more than the ${longestSeconds} s allowed`,
    );
  }
  const percent = percentileOf(input.ExtendedStatistic ?? '');
  if (input.EvaluateLowSampleCountPercentile !== undefined && percent === undefined) {
    throw fail(
      'InvalidParameterCombinationException',
      'EvaluateLowSampleCountPercentile needs a percentile as ExtendedStatistic',
    );
  }
  const isAlwaysIgnoring = [...sources.values()].some(({ metric }) => metric.namespace === 'AWS/DynamoDB');
  return {
    kind: 'metric',
    input,
    sources,
    expressions,
    ...(query && { query: query.query }),
    returned,
    periodSeconds,
    evaluationPeriods: input.EvaluationPeriods,
    datapointsToAlarm,
    threshold: input.Threshold,
    operator: input.ComparisonOperator,
    // The one namespace for which CloudWatch ignores missing data whatever the alarm says.
    treatMissingData: isAlwaysIgnoring ? 'ignore' : (input.TreatMissingData ?? 'missing'),
    ...(percent !== undefined && input.EvaluateLowSampleCountPercentile === 'ignore'
      ? { retainBelowPercentile: percent }
      : {}),
  };
}

/** For an alarm whose only query is in Metrics Insights. */
function groupQueryOf(queries: readonly MetricQuery[], fail: Fail) {
  const [query, ...others] = queries;
  const { Id, Expression = '', Period = 300 } = query ?? {};
  if (Id === undefined || !isInsightsQuery(Expression)) return undefined;
  if (others.length > 0) throw fail('ValidationException', 'a Metrics Insights query stands alone here');
  if (Period < 60)
    throw fail('ValidationException', `the period of a Metrics Insights query is ${Period} s, 60 at least`);
  try {
    const none = {
      sources: new Map<string, MetricSource>(),
      expressions: new Map<string, ParsedExpression>(),
    };
    return { ...none, query: parseInsightsQuery(Expression), returned: Id, periodSeconds: Period };
  } catch (error) {
    if (error instanceof MetricMathError) throw fail('ValidationException', error.message, error);
    throw error;
  }
}

/** @throws CloudWatchError `ValidationException` for a rule that does not parse or half a suppressor */
export function defineCompositeAlarm(input: CompositeAlarmInput): CompositeAlarm {
  const fail = failFor(input.AlarmName);
  const wait = input.ActionsSuppressorWaitPeriod;
  const extension = input.ActionsSuppressorExtensionPeriod;
  const given = [input.ActionsSuppressor, wait, extension].filter((each) => each !== undefined).length;
  if (given !== 0 && given !== 3) {
    throw fail(
      'ValidationException',
      'ActionsSuppressor, ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod go together',
    );
  }
  try {
    const rule = parseAlarmRule(input.AlarmRule);
    if (input.ActionsSuppressor === undefined || wait === undefined || extension === undefined) {
      return { kind: 'composite', input, rule };
    }
    const name = alarmNameOf(input.ActionsSuppressor);
    return {
      kind: 'composite',
      input,
      rule,
      suppressor: { name, waitSeconds: wait, extensionSeconds: extension },
    };
  } catch (error) {
    if (error instanceof AlarmRuleError) throw fail('ValidationException', error.message, error);
    throw error;
  }
}

function singleMetricQuery(input: MetricAlarmInput): MetricQuery {
  const fail = failFor(input.AlarmName);
  const { Namespace, MetricName, Dimensions, Period, Unit, Statistic, ExtendedStatistic } = input;
  if (Namespace === undefined || MetricName === undefined || Period === undefined) {
    const missing = Object.entries({ Namespace, MetricName, Period }).filter(
      ([, value]) => value === undefined,
    );
    throw fail(
      'MissingRequiredParameterException',
      `${missing.map(([key]) => key).join(', ')} required, or Metrics`,
    );
  }
  const stat = Statistic ?? ExtendedStatistic;
  if (stat === undefined || (Statistic !== undefined && ExtendedStatistic !== undefined)) {
    throw fail(
      'InvalidParameterCombinationException',
      'exactly one of Statistic and ExtendedStatistic is required',
    );
  }
  const metric = { Namespace, MetricName, ...(Dimensions ? { Dimensions } : {}) };
  return {
    Id: 'm1',
    MetricStat: { Metric: metric, Period, Stat: stat, ...(Unit ? { Unit } : {}) },
    ReturnData: true,
  };
}

/**
 * The queries of an alarm, checked against each other.
 *
 * @param what the alarm or operation to name in an error
 */
function readQueries(what: string, queries: readonly MetricQuery[]) {
  const fail = failFor(what);
  const sources = new Map<string, MetricSource>();
  const expressions = new Map<string, ParsedExpression>();
  const periods = new Set<number>();
  for (const query of queries) {
    if (sources.has(query.Id) || expressions.has(query.Id))
      throw fail('ValidationException', `the id ${query.Id} is used twice`);
    if ((query.MetricStat === undefined) === (query.Expression === undefined)) {
      throw fail('InvalidParameterCombinationException', `${query.Id} needs either MetricStat or Expression`);
    }
    if (query.MetricStat !== undefined) {
      const { Metric, Period, Stat, Unit } = query.MetricStat;
      const metric = {
        namespace: Metric.Namespace,
        name: Metric.MetricName,
        dimensions: toDimensions(Metric.Dimensions),
      };
      sources.set(query.Id, { metric, statistic: Stat, ...(Unit ? { unit: Unit } : {}) });
      periods.add(Period);
    } else {
      expressions.set(query.Id, parse(query.Expression ?? '', fail));
      if (query.Period !== undefined) periods.add(query.Period);
    }
  }
  const [periodSeconds, ...otherPeriods] = periods;
  if (periodSeconds === undefined || otherPeriods.length > 0) {
    throw fail(
      'ValidationException',
      `all metrics must use one period, found ${[...periods].join(', ') || 'none'}`,
    );
  }
  for (const id of expressions.keys()) checkReferences(id, sources, expressions, [], fail);
  const returned = queries
    .filter((query) => query.ReturnData ?? queries.length === 1)
    .map((query) => query.Id);
  const [only, ...others] = returned;
  if (only === undefined || others.length > 0) {
    throw fail(
      'ValidationException',
      `exactly one of Metrics must have ReturnData true, found ${returned.length}`,
    );
  }
  return { sources, expressions, returned: only, periodSeconds };
}

function parse(source: string, fail: Fail): ParsedExpression {
  try {
    return parseExpression(source);
  } catch (error) {
    if (error instanceof MetricMathError) throw fail('ValidationException', error.message, error);
    throw error;
  }
}

function checkReferences(
  id: string,
  sources: ReadonlyMap<string, MetricSource>,
  expressions: ReadonlyMap<string, ParsedExpression>,
  path: readonly string[],
  fail: Fail,
): void {
  if (path.includes(id))
    throw fail('ValidationException', `the expressions ${[...path, id].join(' -> ')} form a cycle`);
  if (sources.has(id)) return;
  const expression = expressions.get(id);
  if (expression === undefined)
    throw fail('ValidationException', `the expression ${path.at(-1)} refers to ${id}, which is not defined`);
  for (const each of expression.ids) checkReferences(each, sources, expressions, [...path, id], fail);
}

type Fail = ReturnType<typeof failFor>;

function failFor(what: string) {
  return (code: CloudWatchError['code'], message: string, cause?: unknown) =>
    new CloudWatchError(code, `${what}: ${message}`, cause === undefined ? undefined : { cause });
}
