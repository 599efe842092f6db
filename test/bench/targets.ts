import type { BundleFigures } from './bundles.ts';
import { chainTargets } from './chain/chain-bench.ts';
import { detectionTargets } from './detection/detection-targets.ts';
import { diagnosisTargets } from './diagnosis/diagnosis-bench.ts';
import { kindsTargets } from './kinds/kinds-bench.ts';
import type { BenchResults } from './results.ts';
import { atMost, exactly, type Target } from './target.ts';

const MAXIMUM_TRANSITIONS = 14;
const MAXIMUM_WRITE_UNITS = 22;
/** Of a plan of 2 KB, as it is here: a component's first heal under a configuration writes it, and each here is one. */
const PLAN_WRITE_UNITS = 2;
/** The record of the command that keeps the configuration. */
const KEEPING_WRITE_UNITS = 1;
const MAXIMUM_ENGINE_MS = 2_000;
const MAXIMUM_BUNDLE_BYTES = 400 * 1_024;
/** More than an empty handler takes. */
const MAXIMUM_IMPORT_MS = 50;

/** What was promised, beside what was measured. Nothing fails by it: a figure that misses is to be looked into. */
export function targetsOf({
  heals,
  bundles,
  storms,
  diagnosis,
  chain,
  detection,
  analysis,
  kinds,
}: BenchResults): readonly Target[] {
  const targets: Target[] = [];
  if (heals) {
    const good = [...heals.cold, ...heals.warm];
    const transitions = good.map(({ counts }) => counts.standardTransitions + counts.expressTransitions);
    targets.push(
      atMost('state transitions of a heal, both machines', Math.max(...transitions), MAXIMUM_TRANSITIONS),
      atMost(
        'write units of a heal',
        Math.max(...good.map(({ counts }) => counts.writeUnits)),
        MAXIMUM_WRITE_UNITS + PLAN_WRITE_UNITS,
      ),
      atMost(
        'write units of a heal that keeps configuration',
        heals.keeping.counts.writeUnits,
        MAXIMUM_WRITE_UNITS + PLAN_WRITE_UNITS + KEEPING_WRITE_UNITS,
      ),
      atMost('engine time, slowest warm heal', slowest(heals.warm), MAXIMUM_ENGINE_MS, ' ms'),
      atMost('engine time, slowest cold heal', slowest(heals.cold), MAXIMUM_ENGINE_MS, ' ms'),
    );
  }
  if (kinds) targets.push(...kindsTargets(kinds));
  if (bundles) {
    targets.push(
      atMost('largest bundle', Math.max(...bundles.map(({ bytes }) => bytes)), MAXIMUM_BUNDLE_BYTES, ' B'),
      atMost('longest import, less the empty handler’s', longestImportMs(bundles), MAXIMUM_IMPORT_MS, ' ms'),
    );
  }
  for (const storm of storms ?? []) {
    targets.push(atMost(`lost: ${storm.name}`, storm.lost, 0));
    targets.push(atMost(`components healed twice: ${storm.name}`, storm.componentsWithSeveralOperations, 0));
    if (storm.room !== undefined)
      targets.push(exactly(`operations: ${storm.name}`, storm.operations, storm.room));
    targets.push(atMost(`most in flight: ${storm.name}`, storm.inFlight.fleet, storm.inFlight.limit));
  }
  for (const wave of heals?.waves ?? []) {
    targets.push(atMost(`lost: wave for ${wave.components} components`, wave.lost, 0));
    targets.push(
      exactly(`operations: wave for ${wave.components} components`, wave.operations, wave.components),
    );
  }
  if (diagnosis) targets.push(...diagnosisTargets(diagnosis));
  if (chain) targets.push(...chainTargets(chain));
  if (detection) targets.push(...detectionTargets(detection));
  if (analysis) {
    const slowestSeconds = Math.max(...analysis.runs.map(({ seconds }) => seconds));
    targets.push(
      atMost('analysis of 10,000 series, slowest run', Math.round(slowestSeconds), 60, ' s'),
      atMost('memory of that process', Math.round(analysis.maxRssMiB), 512, ' MiB'),
      atMost('price of a series-month', Number(analysis.month.total.toFixed(4)), 0.1, ' $'),
    );
  }
  return targets;
}

function slowest(heals: readonly { readonly times: { readonly engineMs: number } }[]): number {
  return Math.max(...heals.map(({ times }) => times.engineMs));
}

/** Beyond that of the empty handler, which is the first of them. */
function longestImportMs(bundles: readonly BundleFigures[]): number {
  const [empty = Number.NaN, ...others] = bundles.map(({ initMs }) => initMs);
  return Math.max(...others) - empty;
}
