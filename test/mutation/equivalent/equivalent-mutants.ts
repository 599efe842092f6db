import type { SourceChange } from '../source-change.ts';
import { adaptersDynamodb } from './adapters/dynamodb.ts';
import { appAnalyze } from './app/analyze.ts';
import { appApprovals } from './app/approvals.ts';
import { appChanges } from './app/changes.ts';
import { appChannels } from './app/channels.ts';
import { appDiagnosis } from './app/diagnosis.ts';
import { appDoctor } from './app/doctor.ts';
import { appExecutors } from './app/executors.ts';
import { appHeal } from './app/heal.ts';
import { appOperate } from './app/operate.ts';
import { appOwnFiles } from './app/own-files.ts';
import { appQueries } from './app/queries.ts';
import { appRecover } from './app/recover.ts';
import { appScrape } from './app/scrape.ts';
import { appTriage } from './app/triage.ts';
import { appWatchdog } from './app/watchdog.ts';
import { coreActions } from './core/actions.ts';
import { coreAdmission } from './core/admission.ts';
import { coreAnalysis } from './core/analysis.ts';
import { coreApproval } from './core/approval.ts';
import { coreChange } from './core/change.ts';
import { coreConfiguration } from './core/configuration.ts';
import { coreCorrelation } from './core/correlation.ts';
import { coreCost } from './core/cost.ts';
import { coreDiagnosis } from './core/diagnosis.ts';
import { coreDiscovery } from './core/discovery.ts';
import { coreInvestigation } from './core/investigation.ts';
import { coreIssue } from './core/issue.ts';
import { coreLearning } from './core/learning.ts';
import { coreOperation } from './core/operation.ts';
import { coreOwnFiles } from './core/own-files.ts';
import { coreReport } from './core/report.ts';
import { coreSignal } from './core/signal.ts';
import { coreVerification } from './core/verification.ts';
import { coreWatchdog } from './core/watchdog.ts';
import { coreWindow } from './core/window.ts';
import type { EquivalentMutant } from './equivalent-mutant.ts';

/** By folders. Reviewed one by one. A test that could be written is not a reason: write it. */
const EQUIVALENT_MUTANTS: readonly EquivalentMutant[] = [
  ...adaptersDynamodb,
  ...appAnalyze,
  ...appApprovals,
  ...appChanges,
  ...appChannels,
  ...appDiagnosis,
  ...appDoctor,
  ...appExecutors,
  ...appHeal,
  ...appOperate,
  ...appOwnFiles,
  ...appQueries,
  ...appRecover,
  ...appScrape,
  ...appTriage,
  ...appWatchdog,
  ...coreActions,
  ...coreAdmission,
  ...coreAnalysis,
  ...coreApproval,
  ...coreChange,
  ...coreConfiguration,
  ...coreCorrelation,
  ...coreCost,
  ...coreDiagnosis,
  ...coreDiscovery,
  ...coreInvestigation,
  ...coreIssue,
  ...coreLearning,
  ...coreOperation,
  ...coreOwnFiles,
  ...coreReport,
  ...coreSignal,
  ...coreVerification,
  ...coreWatchdog,
  ...coreWindow,
];

/** What a pattern is read from that has not matched: its first part, the whole match, is not read. */
const UNREAD = /^const \[, .*\] = .* \?\? \[\];$/;

/** The end of a `switch` over every case there is: the compiler has proved that nothing reaches it. */
const UNREACHABLE = /^default:\s+return assertNever\(\w+\);$/;

export function isEquivalent(change: SourceChange, known = EQUIVALENT_MUTANTS): boolean {
  return (
    UNREACHABLE.test(change.original) ||
    isUnread(change) ||
    known.some((equivalent) => matches(equivalent, change))
  );
}

function isUnread({ original, context, replacement }: SourceChange): boolean {
  return original === '[]' && replacement === '["Stryker was here"]' && UNREAD.test(context);
}

/** Those of mutated files that no longer describe a change, because the code has moved on. */
export function outdated(
  changes: readonly SourceChange[],
  known = EQUIVALENT_MUTANTS,
): readonly EquivalentMutant[] {
  const paths = new Set(changes.map(({ path }) => path));
  return known.filter(
    (equivalent) => paths.has(equivalent.path) && !changes.some((change) => matches(equivalent, change)),
  );
}

function matches(equivalent: EquivalentMutant, change: SourceChange): boolean {
  return (
    equivalent.path === change.path &&
    equivalent.context === change.context &&
    equivalent.original === change.original &&
    equivalent.replacement === change.replacement
  );
}
