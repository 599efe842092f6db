import type { PRICES } from '../../functions/core/cost/prices.ts';
import type { AnalysisResults } from './analysis/analysis-bench.ts';
import type { BundleFigures } from './bundles.ts';
import type { ChainResults } from './chain/chain-bench.ts';
import type { DetectionResults } from './detection/detection-bench.ts';
import type { DiagnosisResults } from './diagnosis/diagnosis-bench.ts';
import type { HealResults } from './heal-part.ts';
import type { KindHeal } from './kinds/kinds-bench.ts';
import type { Money } from './money.ts';
import type { BenchOptions } from './options.ts';
import type { StormResult } from './storm.ts';
import type { WatchdogResults } from './watchdog/watchdog-bench.ts';

/** What one run of the bench writes; parts that were not run are missing. */
export interface BenchResults {
  readonly measuredAt: string;
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number };
  readonly options: BenchOptions;
  readonly bundles?: readonly BundleFigures[];
  readonly storms?: readonly StormResult[];
  readonly heals?: HealResults;
  readonly watchdog?: WatchdogResults;
  readonly analysis?: AnalysisResults;
  readonly diagnosis?: DiagnosisResults;
  readonly chain?: ChainResults;
  readonly detection?: DetectionResults;
  /** Of each kind of target. */
  readonly kinds?: readonly KindHeal[];
  readonly money?: Money;
  readonly prices: typeof PRICES;
}
