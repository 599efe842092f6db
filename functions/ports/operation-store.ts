import type { Grant } from '../core/admission/grant.ts';
import type { OverrideScope } from '../core/admission/override.ts';
import type {
  Claim,
  ClaimKey,
  ComponentRecord,
  FleetRecord,
  Limits,
  Override,
  Pause,
  PendingStep,
  RepairQueue,
  RolledBack,
} from '../core/admission/records.ts';
import type { RefusalRecord } from '../core/admission/refusal.ts';
import type { Denial, DenialRecord } from '../core/denial.ts';
import type { Conclusion } from '../core/operation/conclusion.ts';
import type { Layout } from '../core/operation/layout.ts';
import type { Failure, Operation, PlannedStep, StepId, StepRecord } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import type { RecordedChange } from '../core/operation/recorded-change.ts';
import type { TimeLimit } from '../core/operation/time-limit.ts';
import type { ApprovedProposal, HeldBackStore } from './held-back-store.ts';

/** `conflict`: something changed since `limits` were read; the changed values are returned, if known. */
export type AdmitOutcome =
  | { readonly outcome: 'granted' }
  | { readonly outcome: 'duplicate'; readonly operation: Operation }
  | { readonly outcome: 'conflict'; readonly limits?: Limits };

/**
 * `ended-before`: the operation had ended, or doesn't exist. `overtaken`: it goes on under a newer fence, whose
 * holder ends it; nothing was changed.
 */
export type ConcludeOutcome = 'concluded' | 'ended-before' | 'overtaken';

/** `confirmed`: a later control says the same. `overtaken`: a later one, or a pause of the same time, says otherwise. */
export type ControlOutcome = 'taken' | 'confirmed' | 'overtaken';

export type EndedStep = StepRecord & Required<Pick<StepRecord, 'outcome' | 'completedAtMs'>>;

/**
 * Operations, claims, limits, steps, refusals, and what was held back. Every read is strongly consistent.
 * Every method rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing
 * was done.
 */
export interface OperationStore extends HeldBackStore {
  /** A component's limits with the fleet's, in one read; and the operation named, if it exists already. */
  readonly readLimits: (
    component: string,
    operationId?: string,
  ) => Promise<{ readonly limits: Limits; readonly operation?: Operation }>;

  /** The records of components, in the order given; of one that was never healed, an empty record. */
  readonly readComponents: (components: readonly string[]) => Promise<readonly ComponentRecord[]>;

  /** What limits all components together. */
  readonly readFleet: () => Promise<FleetRecord>;

  /**
   * Claim, budgets, attempt and operation at once, or nothing; only if `limits` still hold. Keeps its plan before.
   *
   * @param approved the proposal that the last approval grants: it ends with the admission, and only while it is open
   */
  readonly admit: (
    operation: Operation,
    grant: Grant,
    limits: Limits,
    approved?: ApprovedProposal,
  ) => Promise<AdmitOutcome>;

  /** Keeps the alerts in a row of one strategy; `false` if the component's record has changed since. */
  readonly saveFailures: (
    record: ComponentRecord,
    strategyId: string,
    failuresMs: readonly number[],
  ) => Promise<boolean>;

  /** Notes that people were notified of spent attempts; `false` if that was noted before. */
  readonly noteExhaustionNotified: (component: string, atMs: number) => Promise<boolean>;

  /** Keeps whose turn is next when budgets have room again; without a queue, nobody waits. */
  readonly keepQueue: (queue: RepairQueue | undefined) => Promise<void>;
  /** Counts the component as unhealthy, whatever its group. */
  readonly markUnhealthy: (component: string) => Promise<void>;
  /** No longer counts the component as unhealthy. While an operation is in flight, its component still does. */
  readonly markHealthy: (component: string) => Promise<void>;
  /**
   * Forgets a component's alerts in a row, and that people were notified of its spent attempts; nothing is forgotten if
   * something still reports it as unhealthy.
   *
   * @returns `isForgotten`: whether nothing reports it. `isHeldBack`: whether something was held back that waits for
   *   the component's recovery
   */
  readonly forgetAlerts: (
    component: string,
  ) => Promise<{ readonly isForgotten: boolean; readonly isHeldBack: boolean }>;
  /** Keeps who reports the component as unhealthy, and when; nothing is changed if that sender has reported it later. */
  readonly noteReport: (
    component: string,
    reporter: string,
    atMs: number,
    /** What the latest anomaly is on. @default it is no anomaly */
    anomalyMetric?: string,
  ) => Promise<void>;
  /** A report is over. @param reporter whose; without it, all are */
  readonly endReports: (component: string, reporter?: string) => Promise<void>;

  /** Once for a signal: the same refusal again replaces the first. */
  readonly recordRefusal: (refusal: RefusalRecord) => Promise<void>;
  /** Newest first. @param sinceMs leaves out those of signals that were raised earlier */
  readonly listRefusals: (
    component: string,
    limit: number,
    sinceMs?: number,
  ) => Promise<readonly RefusalRecord[]>;

  readonly getOperation: (operationId: string) => Promise<Operation | undefined>;
  /** What operations were admitted under, by `planId`. */
  readonly getPlan: (planId: string) => Promise<OperationPlan | undefined>;
  /** Newest first. @param sinceMs leaves out those whose signals were raised earlier, to the second */
  readonly listOperations: (limit: number, sinceMs?: number) => Promise<readonly Operation[]>;

  /**
   * Keeps in which batches an operation repairs its targets. What was laid out first stays.
   *
   * @returns the layout on record; `undefined` if the operation has ended, is being rolled back, or doesn't exist
   */
  readonly layOut: (operationId: string, layout: Layout) => Promise<Layout | undefined>;
  /**
   * Moves an operation into its rollback, and keeps its undo steps. Those that were laid out first stay, whatever has
   * become known since: what is done of them is known by their ids.
   *
   * @returns the undo steps on record; `undefined` if the operation has ended or doesn't exist
   */
  readonly beginRollback: (
    operationId: string,
    failure: Failure,
    steps: readonly PlannedStep[],
  ) => Promise<readonly PlannedStep[] | undefined>;

  /**
   * Renews the lease, checks the fence and records the token, in one write; `false` if the claim is another's, or the
   * operation is past this step.
   */
  readonly beginStep: (key: ClaimKey, step: PendingStep, leaseUntilMs: number) => Promise<boolean>;
  /**
   * Creates or replaces the record of a step that has no outcome yet; `false` if it has one, or if it has a change, and
   * this record has none.
   */
  readonly recordStep: (step: StepRecord) => Promise<boolean>;
  /**
   * Records a running step with what it is about to change. The first change stays, so that every try works on the same.
   *
   * @returns the change on record; `undefined` if the step is over, or was overtaken as in `recordOwnOutcome`
   */
  readonly recordChange: (
    key: ClaimKey,
    step: StepRecord & Required<Pick<StepRecord, 'change'>>,
  ) => Promise<RecordedChange | undefined>;
  /** The first outcome stays: `false` if there is one already, or a change on record that this one lacks. */
  readonly recordOutcome: (step: EndedStep) => Promise<boolean>;
  /**
   * The outcome of a step that the function carrying it out has ended by itself. `false`, and nothing is recorded, if
   * there is an outcome already or the function was overtaken: its claim is another's, its fence is older, or the step
   * is one of the repair and the repair has been given up. So it is if another try of the step has put a change on record
   * that this outcome lacks: nothing could undo it.
   */
  readonly recordOwnOutcome: (key: ClaimKey, step: EndedStep) => Promise<boolean>;
  readonly getStep: (operationId: string, stepId: StepId) => Promise<StepRecord | undefined>;
  /** In the order in which they began. */
  readonly listSteps: (operationId: string) => Promise<readonly StepRecord[]>;

  readonly getClaim: (component: string) => Promise<Claim | undefined>;
  readonly getRolledBack: (component: string) => Promise<RolledBack | undefined>;
  /** All claims, with their components. */
  readonly listClaims: () => Promise<readonly (Claim & { readonly component: string })[]>;

  /**
   * Gives the claim's operation a new fence and lease, so that nothing begun under the old one still acts. The
   * pending step stays. `undefined` if the claim is another's, or the fence older.
   */
  readonly takeOver: (key: ClaimKey, leaseUntilMs: number) => Promise<{ readonly fence: number } | undefined>;

  /**
   * Final record, claim, budgets and cooldown at once. Of all calls for an operation, at most one returns `concluded`.
   * A claim that is another operation's stays, and so do the budgets.
   */
  readonly conclude: (conclusion: Conclusion) => Promise<ConcludeOutcome>;

  /**
   * Keeps the time limit of an operation's isolation, or ends it.
   *
   * @param dueAtMs only while it is due then. @default whatever is on record
   * @returns whether it was
   */
  readonly setTimeLimit: (
    operationId: string,
    limit: TimeLimit | undefined,
    dueAtMs?: number,
  ) => Promise<boolean>;

  /** Keeps a missing permission, unless it was noted within the last day: the first of a storm counts. */
  readonly noteDenial: (denial: Denial, atMs: number) => Promise<void>;
  readonly listDenials: () => Promise<readonly DenialRecord[]>;
  /** People have been notified of it. */
  readonly noteDenialNotified: (denial: Denial, atMs: number) => Promise<void>;

  /**
   * Pauses all new operations, or lifts the pause. Nothing is changed if a later control was taken before: events come
   * late and twice. Of two controls of the same time the pause holds.
   *
   * @param givenAtMs when the control was given, epoch milliseconds
   */
  readonly setPause: (pause: Pause | undefined, givenAtMs: number) => Promise<ControlOutcome>;

  /**
   * Pauses a group, has a component left alone, holds a window open, or sets a mode; or lifts that. Nothing is changed if
   * a later control of the same part was taken before. Of two of the same time, the one that lets less be healed holds.
   */
  readonly setOverride: (scope: OverrideScope, override: Override) => Promise<ControlOutcome>;
}
