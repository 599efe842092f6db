import { CAUSE_CODES, type CauseCode, type SupportedCause } from './cause.ts';
import type { CauseRule } from './cause-rule.ts';
import { badConfig, badDeployment } from './causes/change-rules.ts';
import { METRIC_RULES } from './causes/metric-rules.ts';
import { dependencyDown, hostDown } from './causes/reachability-rules.ts';
import type { Evidence } from './evidence.ts';

const RULES: readonly CauseRule[] = [badDeployment, badConfig, dependencyDown, hostDown, ...METRIC_RULES];

const CERTAINTY_AT_MOST = 0.95;
/** How far to trust a rule when a source of evidence that it uses could not be read. */
const PER_MISSING_SOURCE = 0.9;

export interface FoundCauses {
  /** The most likely first. */
  readonly supported: readonly SupportedCause[];
  /** What the evidence speaks against, and why. */
  readonly refuted: readonly { readonly code: CauseCode; readonly reason: string }[];
}

/** What the evidence says of every cause; of what no rule can tell, nothing. */
export function findCauses(evidence: Evidence): FoundCauses {
  const judged = RULES.map((rule) => ({ rule, verdict: rule.judge(evidence) }));
  const supported = judged.flatMap(({ rule: { code, uses }, verdict }): readonly SupportedCause[] => {
    if (verdict.verdict !== 'supported') return [];
    const { confidence, supports, component = evidence.alert.component } = verdict;
    const missing = evidence.missing.filter(({ source }) => uses.includes(source));
    const trusted = Math.min(CERTAINTY_AT_MOST, confidence) * PER_MISSING_SOURCE ** missing.length;
    return [{ code, component, confidence: Math.round(trusted * 100) / 100, supports: [...supports] }];
  });
  return {
    supported: supported.toSorted(
      (a, b) => b.confidence - a.confidence || CAUSE_CODES.indexOf(a.code) - CAUSE_CODES.indexOf(b.code),
    ),
    refuted: judged.flatMap(({ rule: { code }, verdict }) =>
      verdict.verdict === 'refuted' ? [{ code, reason: verdict.reason }] : [],
    ),
  };
}

/** What people can do about a cause. */
export function remedyOf(wanted: CauseCode): string {
  return RULES.find(({ code }) => code === wanted)?.remedy ?? 'investigate by hand';
}
