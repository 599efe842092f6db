import { MetricMathError } from './metric-math.ts';
import type { Dimensions, MetricStore } from './metric-store.ts';
import { computeStatistic, type Sample } from './statistics.ts';

/** A query that gives one series for each group: the part of Metrics Insights that alarms on several series use. */
export interface InsightsQuery {
  readonly statistic: string;
  readonly metricName: string;
  readonly namespace: string;
  /** With SCHEMA: the exact dimensions of the metrics. */
  readonly schema?: readonly string[];
  readonly filters: readonly { readonly isTag: boolean; readonly key: string; readonly value: string }[];
  readonly groupBy: readonly string[];
}

/** Tags of the resource that a metric is about, by its dimensions. */
export type ResourceTags = (dimensions: Dimensions) => Readonly<Record<string, string>>;

const STATISTICS: Readonly<Record<string, string>> = {
  AVG: 'Average',
  COUNT: 'SampleCount',
  MAX: 'Maximum',
  MIN: 'Minimum',
  SUM: 'Sum',
};

const TOKEN = /\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z_][\w./:-]*)|([(),=.]))/y;

interface Token {
  readonly kind: 'name' | 'text' | 'word' | 'mark';
  readonly text: string;
}

export function isInsightsQuery(expression: string): boolean {
  return /^\s*SELECT\b/i.test(expression);
}

/**
 * Source: CloudWatch User Guide, "Query components and syntax in CloudWatch Metrics Insights". An alarm on several series
 * needs GROUP BY and ORDER BY.
 *
 * @throws MetricMathError for what is not of that form
 */
export function parseInsightsQuery(expression: string): InsightsQuery {
  const tokens = tokensOf(expression);
  const fail = (wanted: string): never => {
    const found = tokens[0]?.text ?? 'the end';
    throw new MetricMathError(`${expression}: expected ${wanted}, found ${found}`);
  };
  const isNext = (text: string) => {
    const [token] = tokens;
    return (
      token !== undefined &&
      (token.kind === 'word' || token.kind === 'mark') &&
      token.text.toUpperCase() === text
    );
  };
  const skip = (...texts: readonly string[]) => {
    for (const text of texts) isNext(text) ? tokens.shift() : fail(text);
  };
  const identifier = (): string => {
    const token = tokens.shift();
    return token?.kind === 'name' || token?.kind === 'word' ? token.text : fail('a name');
  };
  const list = (): readonly string[] => {
    const names = [identifier()];
    while (isNext(',')) {
      tokens.shift();
      names.push(identifier());
    }
    return names;
  };

  skip('SELECT');
  const statistic = STATISTICS[identifier().toUpperCase()] ?? fail('AVG, COUNT, MAX, MIN or SUM');
  skip('(');
  const metricName = identifier();
  skip(')', 'FROM');
  const hasSchema = isNext('SCHEMA');
  if (hasSchema) skip('SCHEMA', '(');
  const source = hasSchema ? list() : [identifier()];
  if (hasSchema) skip(')');
  const filters: { isTag: boolean; key: string; value: string }[] = [];
  if (isNext('WHERE')) {
    do {
      tokens.shift();
      const isTag = isNext('TAG.') || (isNext('TAG') && tokens[1]?.text === '.');
      if (isTag && isNext('TAG')) tokens.shift();
      if (isTag) tokens.shift();
      const word = identifier();
      const isJoined = !isTag && /^tag\./i.test(word);
      skip('=');
      const value = tokens.shift();
      if (value?.kind !== 'text') fail('a value in single quotes');
      filters.push({
        isTag: isTag || isJoined,
        key: isJoined ? word.slice(4) : word,
        value: value?.text ?? '',
      });
    } while (isNext('AND'));
  }
  skip('GROUP', 'BY');
  const groupBy = list();
  skip('ORDER', 'BY');
  identifier();
  skip('(', ')');
  if (isNext('ASC') || isNext('DESC')) tokens.shift();
  if (tokens.length > 0) fail('the end');
  const [namespace = '', ...schema] = source;
  return { statistic, metricName, namespace, ...(hasSchema && { schema }), filters, groupBy };
}

function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(expression);
    if (!match) throw new MetricMathError(`${expression}: not understood from ${expression.slice(at)}`);
    const [, name, text, word, mark] = match;
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (text !== undefined) tokens.push({ kind: 'text', text });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'mark', text: mark ?? '' });
  }
  return tokens;
}

/** One group's metrics. */
export interface InsightsSeries {
  readonly attributes: Readonly<Record<string, string>>;
  /** The value of the period from `startMs`; `undefined` without samples. */
  readonly valueAt: (startMs: number) => number | undefined;
}

/** The groups of a query, over all metrics that were ever put. */
export function insightsSeries(
  store: MetricStore,
  query: InsightsQuery,
  periodSeconds: number,
  tagsOf: ResourceTags,
): readonly InsightsSeries[] {
  const matching = store
    .metrics()
    .filter(({ namespace, name }) => namespace === query.namespace && name === query.metricName)
    .filter(({ dimensions }) => matches(query, dimensions, tagsOf));
  const groups = Map.groupBy(matching, ({ dimensions }) =>
    JSON.stringify(query.groupBy.map((key) => dimensions[key])),
  );
  return [...groups.values()].map((metrics) => ({
    attributes: Object.fromEntries(query.groupBy.map((key) => [key, metrics[0]?.dimensions[key] ?? ''])),
    valueAt: (startMs) => {
      const endMs = startMs + periodSeconds * 1_000;
      const samples = metrics.flatMap((metric): Sample[] => store.read(metric, startMs, endMs));
      return computeStatistic(samples, query.statistic);
    },
  }));
}

function matches(
  { schema, filters, groupBy }: InsightsQuery,
  dimensions: Dimensions,
  tagsOf: ResourceTags,
): boolean {
  const names = Object.keys(dimensions);
  const isOfSchema =
    schema === undefined || (schema.length === names.length && schema.every((key) => names.includes(key)));
  const values = { dimension: dimensions, tag: tagsOf(dimensions) };
  return (
    isOfSchema &&
    groupBy.every((key) => names.includes(key)) &&
    filters.every(({ isTag, key, value }) => values[isTag ? 'tag' : 'dimension'][key] === value)
  );
}
