import type { SkippedTargets } from '../../core/operation/layout.ts';
import {
  type Failure,
  hasEnded,
  type Operation,
  type StepId,
  type StepOutcome,
  type StepPhase,
  stepPhase,
} from '../../core/operation/operation.ts';
import { errorTypeOf } from '../../core/signal/error-type.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import type { OperationStory, StoryStep } from './operation-story.ts';

/** What happened in an operation. `atMs` is absent where records keep no time. */
export type TimelineEntry =
  | ({ readonly kind: 'signal'; readonly atMs: number; readonly errorType: string } & Pick<
      HealthAlert,
      'origin' | 'metric' | 'severity' | 'reason' | 'current' | 'threshold' | 'alarmName'
    >)
  | ({ readonly kind: 'admission'; readonly atMs: number } & Pick<
      Operation,
      'strategyId' | 'attempt' | 'fence' | 'deadlineMs'
    >)
  | ({ readonly kind: 'diagnosis'; readonly atMs: number } & Operation['diagnosis'])
  | {
      readonly kind: 'batches';
      readonly atMs?: number;
      readonly batches: readonly (readonly string[])[];
      readonly skipped: SkippedTargets;
      readonly problem?: string;
    }
  | StepEntry
  | ({ readonly kind: 'rollback'; readonly atMs?: number; readonly undoSteps: number } & Failure)
  | ({ readonly kind: 'end'; readonly atMs: number; readonly tookMs: number } & Pick<
      Operation,
      'state' | 'result' | 'failure' | 'warnings'
    >);

export interface StepEntry {
  readonly kind: 'step';
  readonly atMs: number;
  readonly stepId: StepId;
  readonly phase: StepPhase;
  /** Absent for the verification, which is no action. */
  readonly action?: string;
  /** `ABANDONED`: it has no outcome, and the operation no longer waits for it. */
  readonly outcome: StepOutcome | 'RUNNING' | 'ABANDONED';
  readonly tookMs?: number;
  /** When it should have ended, if it is running. */
  readonly deadlineMs?: number;
  readonly targets: readonly string[];
  readonly skipped?: SkippedTargets;
  readonly unreached?: readonly string[];
  readonly detail?: string;
  /** Such as the id of a command in Systems Manager. */
  readonly reference?: string;
}

/** An operation's story in order. */
export function timelineOf({ operation, steps }: OperationStory): readonly TimelineEntry[] {
  const { alert, startedAtMs, diagnosis, strategyId, attempt, fence, deadlineMs } = operation;
  const { origin, metric, severity, reason, current, threshold, alarmName } = alert;
  const entries = steps.map(stepEntry);
  const afterFailure = entries.findIndex(({ phase }) => phase === 'rollback' || phase === 'escalate');
  const split = afterFailure === -1 ? entries.length : afterFailure;
  return [
    {
      kind: 'signal',
      atMs: alert.occurredAtMs,
      ...{ origin, metric, severity, reason },
      errorType: errorTypeOf(alert),
      ...(current !== undefined && { current }),
      ...(threshold !== undefined && { threshold }),
      ...(alarmName !== undefined && { alarmName }),
    },
    { kind: 'admission', atMs: startedAtMs, strategyId, attempt, fence, deadlineMs },
    { kind: 'diagnosis', atMs: startedAtMs, ...diagnosis },
    ...batchesOf(operation),
    ...entries.slice(0, split),
    ...rollbackOf(operation, entries[afterFailure]?.atMs),
    ...entries.slice(split),
    ...endOf(operation),
  ];
}

function stepEntry({ stepId, action, record, isPending, startedAtMs, deadlineMs }: StoryStep): StepEntry {
  const { outcome, completedAtMs, targets = [], skipped, unreached, detail, reference } = record ?? {};
  return {
    kind: 'step',
    atMs: startedAtMs,
    stepId,
    phase: stepPhase(stepId),
    ...(action !== undefined && { action }),
    outcome: outcome ?? (isPending ? 'RUNNING' : 'ABANDONED'),
    ...(completedAtMs !== undefined && { tookMs: completedAtMs - startedAtMs }),
    ...(isPending && deadlineMs !== undefined && { deadlineMs }),
    targets,
    ...(skipped && { skipped }),
    ...(unreached && { unreached }),
    ...(detail !== undefined && { detail }),
    ...(reference && { reference: reference.id }),
  };
}

function batchesOf({ layout, startedAtMs }: Operation): readonly TimelineEntry[] {
  if (!layout) return [];
  const { batches, skipped, problem } = layout;
  // Laid out before the first step; when exactly is not on record.
  return [
    { kind: 'batches', atMs: startedAtMs, batches, skipped, ...(problem && { problem: problem.detail }) },
  ];
}

/** The failure of an operation that is or was rolled back; one that failed without steps to undo shows it at its end. */
function rollbackOf(
  { state, failure, undoSteps }: Operation,
  atMs: number | undefined,
): readonly TimelineEntry[] {
  const isRolledBack = state === 'ROLLING_BACK' || undoSteps !== undefined;
  if (!(isRolledBack && failure)) return [];
  return [
    { kind: 'rollback', ...(atMs !== undefined && { atMs }), undoSteps: undoSteps?.length ?? 0, ...failure },
  ];
}

function endOf(operation: Operation): readonly TimelineEntry[] {
  const { state, result, failure, warnings, startedAtMs, completedAtMs } = operation;
  if (!hasEnded(operation) || completedAtMs === undefined) return [];
  return [
    {
      kind: 'end',
      atMs: completedAtMs,
      tookMs: completedAtMs - startedAtMs,
      state,
      ...(result && { result }),
      ...(failure && { failure }),
      ...(warnings && { warnings }),
    },
  ];
}
