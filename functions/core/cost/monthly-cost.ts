import { watchedSeries } from '../analysis/component-series.ts';
import type { SeriesSource } from '../analysis/watched-series.ts';
import { waysToApprove } from '../approval/people.ts';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { PlannedAlarm } from '../configuration/planned-alarms.ts';
import { SCANNED_TRACES_AT_MOST, SEARCHED_GIGABYTES_AT_MOST } from '../investigation/search-bounds.ts';
import type { CostItem, CostPart } from './cost-item.ts';
import { ownAlarmCount } from './own-alarm-count.ts';
import { PRICES } from './prices.ts';
import { COUNTED_RECONCILER_RUN_USD, COUNTED_REPAIR } from './repair-counts.ts';
import { watchdogItems } from './watchdog-cost.ts';

export interface MonthlyCostInput {
  readonly configuration: CompiledConfiguration;
  /** The alarms that the configuration creates. */
  readonly planned: readonly PlannedAlarm[];
  /** Expected in a month. */
  readonly repairs: number;
}

const MINUTES_A_MONTH = 43_800;
const HOURS_A_MONTH = MINUTES_A_MONTH / 60;

/** The largest profile of one host: docs/profiles.md has what was measured. */
const COLLECTOR_USD = 0.052;
const ANALYZE_USD = 0.03;
const CHANNELS_USD = 0.1;
/** One run of some five seconds with 256 MiB, and a read and a write of the record. */
const REFRESH_USD = 0.00002;

/**
 * What a configuration costs in a month in us-east-1, without free tiers: each item by its quantity. Run Command, rules and the events
 * of AWS services are free.
 */
export function monthlyCost({ configuration, planned, repairs }: MonthlyCostInput): readonly CostItem[] {
  const { settings, watchdog } = configuration;
  const items: readonly CostItem[] = [
    ...alarmItems(planned),
    item('alarms', 'alarms on Selfheal itself', ownAlarmCount(configuration), PRICES.alarm.usd),
    item('metrics', 'custom metrics behind alarms', customMetrics(planned), PRICES.customMetric.usd),
    item('keys and secrets', 'key of the topics', 1, PRICES.kmsKey.usd),
    item(
      'keys and secrets',
      'secrets that Selfheal creates',
      createdSecrets(configuration),
      PRICES.secret.usd,
    ),
    ...watchdogItems(watchdog, MINUTES_A_MONTH),
    item('reconciler', 'runs', MINUTES_A_MONTH, COUNTED_RECONCILER_RUN_USD),
    ...analysisItems(configuration),
    ...graphItems(configuration),
    item(
      'channels',
      'function behind the channels',
      Object.keys(settings.notify.channels).length > 0 ? 1 : 0,
      CHANNELS_USD,
    ),
    item(
      'repairs',
      'state transitions',
      repairs * COUNTED_REPAIR.standardTransitions,
      PRICES.standardTransition.usd,
    ),
    item('repairs', 'write units', repairs * COUNTED_REPAIR.writeUnits, PRICES.writeUnit.usd),
    item('repairs', 'read units', repairs * COUNTED_REPAIR.readUnits, PRICES.readUnit.usd),
    item(
      'repairs',
      'custom metrics, by the hour',
      (repairs * metricsOfRepair(configuration)) / HOURS_A_MONTH,
      PRICES.customMetric.usd,
    ),
    item('repairs', 'functions, events and logs', repairs, otherRepairCosts()),
    ...investigationItems(configuration, repairs),
  ];
  return items.filter(({ quantity }) => quantity > 0);
}

function item(part: CostPart, what: string, quantity: number, unitUsd: number): CostItem {
  return { part, what, quantity, unitUsd };
}

function alarmItems(planned: readonly PlannedAlarm[]): readonly CostItem[] {
  const of = (kind: PlannedAlarm['kind']) => planned.filter((alarm) => alarm.kind === kind).length;
  return [
    item('alarms', 'alarms of the components', of('threshold'), PRICES.alarm.usd),
    item('alarms', 'alarms over the instances of a group, for each instance', of('query'), PRICES.alarm.usd),
    item('alarms', 'composite alarms', of('composite'), PRICES.compositeAlarm.usd),
  ];
}

/** Metrics that AWS does not publish by itself; two alarms may share one. */
function customMetrics(planned: readonly PlannedAlarm[]): number {
  const keys = planned.flatMap((alarm) =>
    alarm.kind === 'threshold' && !alarm.namespace.startsWith('AWS/')
      ? [JSON.stringify([alarm.namespace, alarm.metricName, Object.entries(alarm.dimensions).sort()])]
      : [],
  );
  return new Set(keys).size;
}

function createdSecrets({ settings }: CompiledConfiguration): number {
  const { webhook } = settings.notify;
  const { email, channel } = waysToApprove(settings);
  return (webhook && webhook.secretArn === undefined ? 1 : 0) + (email || channel ? 1 : 0);
}

function analysisItems({ components, settings }: CompiledConfiguration): readonly CostItem[] {
  const series = watchedSeries(components);
  if (series.length === 0) return [];
  const profiled = Object.values(components).filter(({ profile }) => profile !== undefined);
  const hosts = profiled.reduce(
    (sum, { targets }) => sum + ('instanceIds' in targets ? targets.instanceIds.length : 1),
    0,
  );
  const metrics = series.reduce((sum, { source }) => sum + metricsIn(source), 0);
  const readings = (MINUTES_A_MONTH * 60) / settings.analysis.intervalSeconds;
  return [
    item('analyze', 'readings of series', metrics * readings, PRICES.metricRead.usd),
    item('analyze', 'the function', 1, ANALYZE_USD),
    item('collectors', 'profiled hosts', hosts, COLLECTOR_USD),
  ];
}

/** The service graph has no price of its own, and asking ECS and load balancers is free. */
function graphItems({ settings: { graph } }: CompiledConfiguration): readonly CostItem[] {
  if (!graph) return [];
  const runs = (MINUTES_A_MONTH * 60) / graph.refreshSeconds;
  return [item('graph', 'refreshes of the dependency graph', runs, REFRESH_USD)];
}

/** Lambda looks with five pollers whether anything waits, each for 20 seconds at a time. */
const POLLS_A_MINUTE = 15;

/** What searches may scan at most, if every repair failed. */
function investigationItems(
  { components, settings }: CompiledConfiguration,
  repairs: number,
): readonly CostItem[] {
  const hasLogs = Object.values(components).some(({ logs }) => logs);
  const searches = hasLogs ? repairs : 0;
  const scans = settings.investigate.includes('xray') ? repairs : 0;
  const gigabytes = searches * SEARCHED_GIGABYTES_AT_MOST;
  const traces = scans * SCANNED_TRACES_AT_MOST;
  const isDeployed = settings.investigate.length > 0 || hasLogs;
  return [
    item(
      'investigations',
      'requests to the queue',
      isDeployed ? POLLS_A_MINUTE * MINUTES_A_MONTH : 0,
      PRICES.queueRequest.usd,
    ),
    item('investigations', 'GB of logs searched, at most', gigabytes, PRICES.logGigabyteSearched.usd),
    item('investigations', 'traces scanned, at most', traces, PRICES.traceScanned.usd),
  ];
}

/** What GetMetricData bills for a value of a series: each metric of an expression. What is watched jointly is read anyway. */
function metricsIn(source: SeriesSource): number {
  switch (source.kind) {
    case 'metric':
      return 1;
    case 'expression':
      return Object.keys(source.metrics).length;
    default:
      return 0;
  }
}

/**
 * Metrics that a repair of three actions writes in the one hour that it is part of: its end and duration, an outcome for
 * each action, how much is unhealthy, in flight and waiting, the attempts used, and its group's budget.
 */
function metricsOfRepair({ groups }: CompiledConfiguration): number {
  return 9 + (Object.keys(groups).length > 0 ? 1 : 0);
}

function otherRepairCosts(): number {
  const { usd, standardTransitions, writeUnits, readUnits } = COUNTED_REPAIR;
  return (
    usd -
    standardTransitions * PRICES.standardTransition.usd -
    writeUnits * PRICES.writeUnit.usd -
    readUnits * PRICES.readUnit.usd
  );
}
