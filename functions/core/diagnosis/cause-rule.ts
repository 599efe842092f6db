import type { CauseCode } from './cause.ts';
import type { Evidence, EvidenceSource } from './evidence.ts';

/** What a rule says. `not-applicable` is not “no”: the rule cannot tell. */
export type Verdict =
  | { readonly verdict: 'not-applicable' }
  | { readonly verdict: 'refuted'; readonly reason: string }
  | {
      readonly verdict: 'supported';
      readonly confidence: number;
      readonly supports: readonly string[];
      /** @default the alarmed component */
      readonly component?: string;
    };

/** One cause, one rule, one pure function. */
export interface CauseRule {
  readonly code: CauseCode;
  /** What it reads besides the alert: each of these that is missing lowers confidence. */
  readonly uses: readonly EvidenceSource[];
  /** What people can do. */
  readonly remedy: string;
  readonly judge: (evidence: Evidence) => Verdict;
}

export const NOT_APPLICABLE = { verdict: 'not-applicable' } as const satisfies Verdict;
