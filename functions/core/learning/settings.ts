export const LEARNING_MODES = ['off', 'suggest', 'apply'] as const;

/** What is made of outcomes, and how they are weighed. */
export interface LearningSettings {
  readonly mode: (typeof LEARNING_MODES)[number];
  /** An outcome counts half after this long. */
  readonly halfLifeDays: number;
  /** How much less an outcome counts than the next newer one of its pattern, 0 to 1. */
  readonly learningRate: number;
  /** Below this many, weighed outcomes say nothing. */
  readonly minSamples: number;
  /** A fault that is back this soon was not repaired. */
  readonly relapseWithinSeconds: number;
  /** Repairs in a row without lasting effect, after which a strategy counts as ineffective on a component. */
  readonly ineffectiveAfter: number;
}
