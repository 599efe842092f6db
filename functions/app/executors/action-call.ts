import type { ActionReference } from '../../core/actions/action-reference.ts';
import type { ActionType } from '../../core/actions/action-table.ts';
import type { Component } from '../../core/configuration/schema/schema.ts';
import type { LookId } from '../../core/operation/look-id.ts';
import type { Operation, StepFailure, StepId } from '../../core/operation/operation.ts';
import type { RecordedChange } from '../../core/operation/recorded-change.ts';
import type { TargetKind, TargetRef } from '../../core/target/target.ts';

/** For which operation, and on which component as it was when the operation was admitted. */
export interface ActionSubject {
  readonly operation: Operation;
  readonly component: Component;
  readonly fence: number;
}

/** What an executor is asked for. */
export interface ActionCall {
  readonly subject: ActionSubject;
  /** By which a target knows a repetition. */
  readonly stepId: StepId | LookId;
  readonly params: Readonly<Record<string, unknown>>;
  readonly timeoutSeconds: number;
  readonly targets: readonly TargetRef[];
  /** For an action that only looks: on every target at once. @default as many as the component allows */
  readonly everywhereAtOnce?: boolean;
  /**
   * For an undo step: wherever it can be done, also after it failed somewhere. @default on all targets or on none, and
   * no further than to the first that fails
   */
  readonly acceptsPartial?: boolean;
  /** How long a host may take to fetch its command. @default as long as the action may take, but at least 30 s */
  readonly fetchSeconds?: number | undefined;
  /** For an undo step: the step that it undoes, unless that is known to have succeeded. @default none in particular */
  readonly undoes?: StepId | undefined;
  /** For an undo step: what the step in `undoes` has begun, if that is on record. */
  readonly undoesReference?: ActionReference | undefined;
  /** For an undo step: what was kept of the step that it undoes, as JSON. @default nothing was kept */
  readonly undo?: string | undefined;
}

/** What is on record of the settings that steps change. */
export interface ChangeRecords {
  /** What an earlier try of this step was to change. @default none got so far */
  readonly earlier?: RecordedChange | undefined;
  /** When the try that recorded `earlier` began, or this one if there is none, epoch milliseconds. */
  readonly sinceMs: number;
  /** Whether another step of the operation was to change something by the same action. @default false */
  readonly hasActedBefore?: boolean;
  /** For an undo step: what the step that it undoes was to change. @default nothing was changed */
  readonly undone?: RecordedChange | undefined;
  /**
   * Records what this step is about to change, before it does.
   *
   * @returns what is on record: another's, if another try of the step was first
   * @throws StepOver if the step has an outcome
   */
  readonly keep: (change: RecordedChange) => Promise<RecordedChange>;
}

/** A step of an operation, as its executor is asked to begin it. */
export interface StepCall extends ActionCall {
  readonly changes: ChangeRecords;
}

/** An action that is over, or is not followed any further. */
export interface Ended {
  /** `UNKNOWN`: it has begun, and its end will not be seen. */
  readonly outcome: 'SUCCEEDED' | 'FAILED' | 'UNKNOWN';
  readonly detail: string;
  /** JSON: what the executor wants to have back, should the action be undone. */
  readonly undo?: string;
  /** Why it failed, where the action itself is not to blame. */
  readonly failsAs?: StepFailure;
  /** Whether the operation ends with it, whatever the action's `onError` says. @default false */
  readonly isFinal?: boolean;
}

/** An action that goes on by itself until its end is noticed, or one that is done already. */
export type Begun =
  | {
      readonly reference: ActionReference;
      /** Ids of the targets that it was begun on. @default those of the call */
      readonly targets?: readonly string[];
      /** JSON: what the executor wants to have back, should the action be undone. */
      readonly undo?: string;
    }
  | Ended;

/** A step whose action may have been begun, though nobody recorded the reference. */
export interface ActionKey {
  readonly operationId: string;
  readonly stepId: StepId;
  /** When it may have been begun at the earliest, epoch milliseconds. */
  readonly sinceMs: number;
  /** @default not known; the search takes longer then */
  readonly action?: ActionType | undefined;
  /** What its targets are. @default hosts */
  readonly kind?: TargetKind;
  /** What the action is begun with. @default not known: a function is not looked for */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}
