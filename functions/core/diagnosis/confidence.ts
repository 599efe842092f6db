export interface Standing {
  /** The candidate's share of the votes. */
  readonly share: number;
  /** The share of its strongest rival. */
  readonly rivalShare: number;
  readonly coverage: number;
}

/** Never certain: faults of kinds that were not among the incidents it was fitted to are overrated. */
const AT_MOST = 0.95;
/** So that a missing rival is strong evidence, but not infinitely strong. */
const LEAST_SHARE = 0.02;

/** Coefficients of a logistic regression on incidents with a known cause; see docs/diagnosis.md. */
const INTERCEPT = -1.87;
const PER_LOG_LEAD = 0.45;
const PER_COVERAGE = 3.51;

/** How likely it is that a candidate is at fault, 0 to 0.95: it grows with its lead, and with what it accounts for. */
export function confidenceOf({ share, rivalShare, coverage }: Standing): number {
  const lead = Math.log((share + LEAST_SHARE) / (rivalShare + LEAST_SHARE));
  const logOdds = INTERCEPT + PER_LOG_LEAD * lead + PER_COVERAGE * coverage;
  return Math.min(AT_MOST, 1 / (1 + Math.exp(-logOdds)));
}
