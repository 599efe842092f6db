import type { ActionReference } from '../actions/action-reference.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import type { Layout, ReplacedTargets, SkippedTargets } from './layout.ts';
import type { OnError } from './on-error.ts';
import type { RecordedChange } from './recorded-change.ts';

/**
 * DIAGNOSING and VERIFYING are announced on the bus only. On record, an operation is HEALING from its admission until its
 * rollback begins or it ends; its claim's pending step says how far it has come.
 */
export const OPERATION_STATES = [
  'DIAGNOSING',
  'HEALING',
  'VERIFYING',
  'ROLLING_BACK',
  'COMPLETED',
  'FAILED',
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];
export const FINAL_STATES = ['COMPLETED', 'FAILED'] as const satisfies readonly OperationState[];
export type FinalState = (typeof FINAL_STATES)[number];

/**
 * CONTAINED: nothing was repaired; the fault is shut in, as it was meant to be, until a person decides.
 * UNVERIFIED: the repair stays, though nobody was permitted to look whether it held.
 */
export const OPERATION_RESULTS = ['SUCCESS', 'CONTAINED', 'UNVERIFIED', 'FAILED'] as const;
export type OperationResult = (typeof OPERATION_RESULTS)[number];

/** Why an operation failed. */
export interface Failure {
  /** A stable code: the error name that the state machine caught. */
  readonly error: string;
  readonly cause: string;
}

/** An undo step that ended with an error of its own, as the state machine caught it: it may have no record. */
export interface FailedUndo extends Failure {
  readonly stepId: string;
}

/** One healing attempt, from admission to its final record. */
export interface Operation {
  /** Sorts by time: `20261122T133000Z-1f3a…`. Also the name of its execution. */
  readonly operationId: string;
  readonly component: string;
  readonly strategyId: string;
  /** What it was admitted under: the id of its OperationPlan. */
  readonly planId: string;
  readonly state: OperationState;
  readonly alert: HealthAlert;
  readonly fence: number;
  /** 1 for the first attempt of this strategy inside its window. */
  readonly attempt: number;
  readonly startedAtMs: number;
  /** No new action of the strategy starts after this. */
  readonly deadlineMs: number;
  readonly diagnosis: Diagnosis;
  readonly result?: OperationResult;
  readonly failure?: Failure;
  /** What went wrong besides, without changing how the operation ended. */
  readonly warnings?: readonly string[];
  /** Its batches. @default one, of the targets that the alert or the component names */
  readonly layout?: Layout;
  /** Laid out when its rollback began. */
  readonly undoSteps?: readonly PlannedStep[];
  readonly completedAtMs?: number;
}

/** Whether an operation is over: its final record is written. */
export function hasEnded<Ending extends Pick<Operation, 'state'>>(
  operation: Ending,
): operation is Ending & { readonly state: FinalState } {
  return FINAL_STATES.some((state) => state === operation.state);
}

/** Whether an operation goes on with a step: a repair that is being undone, or is over, has given up its heal steps. */
export function isGivenUp(operation: Pick<Operation, 'state'>, stepId: StepId): boolean {
  return hasEnded(operation) || (stepPhase(stepId) === 'heal' && operation.state === 'ROLLING_BACK');
}

/** Which part of an operation a step belongs to; `keep` keeps a verified configuration or evidence, after the fact. */
export type StepPhase = 'heal' | 'verify' | 'rollback' | 'escalate' | 'keep';
export type StepId = `${StepPhase}-${number}`;

const stepIdPattern = /^(heal|verify|rollback|escalate|keep)-\d{1,3}$/;

export function isStepId(text: string): text is StepId {
  return stepIdPattern.test(text);
}

export function stepPhase(stepId: StepId): StepPhase {
  return stepId.slice(0, stepId.indexOf('-')) as StepPhase;
}

export function stepNumber(stepId: StepId): number {
  return Number(stepId.slice(stepId.indexOf('-') + 1));
}

/** UNKNOWN: the action's outcome could not be learnt; it never counts as success. */
export const STEP_OUTCOMES = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'UNKNOWN', 'SKIPPED'] as const;
export type StepOutcome = (typeof STEP_OUTCOMES)[number];

/** Why a heal step stopped its operation, where the action itself is not to blame. */
export const STEP_FAILURES = [
  'TargetsUnavailable',
  'TooManyTargets',
  'TooFewHealthyTargets',
  'BatchNotHealthy',
  'ChangedBySomeoneElse',
] as const;
export type StepFailure = (typeof STEP_FAILURES)[number];

/** A step with all that it takes to carry it out. */
export interface PlannedStep {
  readonly stepId: StepId;
  readonly action: Action;
  /** Ids of targets that an undo step takes something back on. @default those that the alert or the component names */
  readonly targets?: readonly string[];
  /** The heal step that an undo step undoes. @default none in particular */
  readonly undoes?: StepId;
}

/** What one action did. A step without an outcome is running. */
export interface StepRecord {
  readonly operationId: string;
  readonly stepId: StepId;
  readonly component: string;
  readonly action: string;
  readonly onError: OnError;
  readonly startedAtMs: number;
  /** @default nothing was begun that goes on by itself, or nobody got as far as recording it */
  readonly reference?: ActionReference;
  /** Ids of targets; the step has succeeded when all of them have. */
  readonly targets: readonly string[];
  /** Ids of targets that an undo step would have acted on too, and that could not be reached. */
  readonly unreached?: readonly string[];
  /** Targets of the batch that ended their part in the operation with this step, and why. */
  readonly skipped?: SkippedTargets;
  /** Targets that it has ended, each with the one that has taken its place: that one goes on in the operation. */
  readonly replaced?: ReplacedTargets;
  /** Code of the operation's failure if this step stops it. @default ActionFailed */
  readonly failsAs?: StepFailure;
  /** JSON: what the action's executor wants to have back, should the action be undone. */
  readonly undo?: string;
  /** What it was to change a setting from, and to; recorded before it changed anything. */
  readonly change?: RecordedChange;
  readonly outcome?: StepOutcome;
  readonly completedAtMs?: number;
  /** What went wrong, or what the runbook reported; 300 characters at most. */
  readonly detail?: string;
}
