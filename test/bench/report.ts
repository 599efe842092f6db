import { analysisSection } from './analysis/report-analysis.ts';
import type { BundleFigures } from './bundles.ts';
import { chainReport } from './chain/chain-bench.ts';
import { detectionReport } from './detection/detection-report.ts';
import { diagnosisReport } from './diagnosis/diagnosis-bench.ts';
import { kindsReport } from './kinds/kinds-bench.ts';
import { healSections } from './report-heals.ts';
import { moneySection } from './report-money.ts';
import type { BenchResults } from './results.ts';
import type { StormResult } from './storm.ts';
import type { Target } from './target.ts';
import { section, textTable } from './text-table.ts';
import { watchdogReport } from './watchdog/watchdog-bench.ts';

/** A run of the bench, for people. */
export function report(results: BenchResults, targets: readonly Target[]): string {
  const { machine, bundles, storms, heals, money, watchdog, diagnosis, detection } = results;
  return [
    `# Selfheal bench, ${results.measuredAt}: Node ${machine.node}, ${machine.cores} × ${machine.cpu}`,
    ...(heals ? healSections(heals) : []),
    ...(money ? [moneySection(money)] : []),
    ...(results.kinds ? [kindsReport(results.kinds)] : []),
    ...(bundles ? [bundleSection(bundles)] : []),
    ...(storms ? [stormSection(storms)] : []),
    ...(watchdog ? [watchdogReport(watchdog)] : []),
    ...(results.analysis ? [analysisSection(results.analysis)] : []),
    ...(diagnosis ? [diagnosisReport(diagnosis)] : []),
    ...(results.chain ? [chainReport(results.chain)] : []),
    ...(detection ? [detectionReport(detection)] : []),
    targetSection(targets),
  ].join('\n');
}

function bundleSection(bundles: readonly BundleFigures[]): string {
  return section(
    'Functions: bundle, and init on this Node',
    textTable([
      ['function', 'KB minified', 'KB gzipped', 'import ms', 'process ms', '× empty process'],
      ...bundles.map(({ name, bytes, gzippedBytes, initMs, processMs, processRatio }) => [
        name,
        (bytes / 1_000).toFixed(0),
        (gzippedBytes / 1_000).toFixed(0),
        initMs.toFixed(1),
        processMs.toFixed(1),
        processRatio.toFixed(1),
      ]),
    ]),
  );
}

function stormSection(storms: readonly StormResult[]): string {
  const refusalsOf = ({ refusals }: StormResult) =>
    Object.entries(refusals)
      .map(([reason, count]) => `${reason} ${count}`)
      .join(', ');
  return section(
    'Storms: triage’s use case, concurrent, against DynamoDB Local',
    textTable([
      [
        'storm',
        'events',
        'operations',
        'refused',
        'again',
        'lost',
        'most in flight',
        'seconds',
        'events/s',
        'WRU',
      ],
      ...storms.map((storm) => [
        storm.name,
        String(storm.deliveries),
        String(storm.operations),
        String(Object.values(storm.refusals).reduce((sum, count) => sum + count, 0)),
        String(storm.redeliveries),
        String(storm.lost),
        `${storm.inFlight.fleet} of ${storm.inFlight.limit}`,
        storm.seconds.toFixed(1),
        (storm.deliveries / storm.seconds).toFixed(0),
        String(storm.writeUnits),
      ]),
    ]),
    '',
    ...storms.map((storm) => `${storm.name}: ${refusalsOf(storm)}`),
  );
}

function targetSection(targets: readonly Target[]): string {
  return section(
    'Targets',
    textTable([
      ['what', 'limit', 'measured', ''],
      ...targets.map(({ what, limit, measured, met }) => [what, limit, measured, met ? 'met' : 'MISSED']),
    ]),
  );
}
