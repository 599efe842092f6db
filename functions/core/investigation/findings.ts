import type { StepId, StepOutcome } from '../operation/operation.ts';

/** What is read after a repair that did not heal, each with the step of the operation that keeps what was found. */
export const INVESTIGATIONS = {
  logs: { stepId: 'keep-1', action: 'read_logs' },
  cloudtrail: { stepId: 'keep-2', action: 'read_trail' },
  xray: { stepId: 'keep-3', action: 'read_traces' },
} as const satisfies Readonly<Record<string, { readonly stepId: StepId; readonly action: string }>>;

export type InvestigationSource = keyof typeof INVESTIGATIONS;

/** What one source shows. */
export interface Findings {
  /** FAILED: none of it could be read. */
  readonly outcome: Extract<StepOutcome, 'SUCCEEDED' | 'FAILED'>;
  /** Whether people should be notified of it. */
  readonly isNews: boolean;
  /** For people: what was found, and what could not be read. */
  readonly lines: readonly string[];
}
