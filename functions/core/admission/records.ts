import type { ChangeSource, ReversibleKind } from '../change/change-event.ts';
import type { StricterMode } from '../configuration/modes.ts';
import type { StepId } from '../operation/operation.ts';
import type { TimeLimit } from '../operation/time-limit.ts';

/** The step that a claim's operation is waiting for. */
export interface PendingStep {
  readonly stepId: StepId;
  /** From stepOrder: a pending step is never replaced by an earlier one. */
  readonly order: number;
  /** Issued by Step Functions; the function that learns the step's outcome completes it. */
  readonly taskToken: string;
  readonly startedAtMs: number;
  /** When the step should have ended, if its action was begun. */
  readonly deadlineMs: number;
  /** Why its action could not be begun yet: it is tried again until `waitUntilMs`. @default it does not wait */
  readonly waitsFor?: string;
  /** Until when its action is tried again; once begun, it has until `deadlineMs`. @default it has not waited */
  readonly waitUntilMs?: number;
}

/** The lease that gives one operation the sole right to act on a component. */
export interface Claim {
  readonly operationId: string;
  readonly strategyId: string;
  /** Grows with every grant; an older one is refused everywhere, on the hosts too. */
  readonly fence: number;
  readonly leaseUntilMs: number;
  readonly step?: PendingStep;
}

/** The right to act: the operation that has it, for which component, with which fence. */
export interface ClaimKey {
  readonly operationId: string;
  readonly component: string;
  readonly fence: number;
}

/**
 * What a component's observed operations would hold and use up if they were carried out. Only decisions in observe mode
 * are bound by it: what nobody did keeps nothing from being healed.
 */
export interface ObservedOperations {
  /** The latest: the component would have been in progress until then. */
  readonly operationId: string;
  readonly strategyId: string;
  readonly untilMs: number;
  readonly attemptsMs: Readonly<Record<string, readonly number[]>>;
  readonly cooldownUntilMs: Readonly<Record<string, number>>;
  /** Ids of those since the last recovery, whose records do not yet say when the component recovered. */
  readonly unrecovered: readonly string[];
}

/** Everything that limits what may be done to one component. Times are epoch milliseconds. */
export interface ComponentRecord {
  readonly component: string;
  /** Grows with every change; a write based on an older revision is refused. */
  readonly revision: number;
  readonly fence: number;
  readonly claim?: Claim;
  /** Admissions, by strategy id. */
  readonly attemptsMs: Readonly<Record<string, readonly number[]>>;
  /** Earliest next admission, by strategy id. */
  readonly cooldownUntilMs: Readonly<Record<string, number>>;
  /** Times of alerts since the last recovery, by strategy id; only for triggers that need more than one. */
  readonly failuresMs: Readonly<Record<string, readonly number[]>>;
  /** When people were notified that all attempts are spent. */
  readonly exhaustionNotifiedAtMs?: number;
  /** Who reports it as unhealthy, of those who have to say themselves when that is over. @default nobody */
  readonly reports?: Reports;
  readonly observed?: ObservedOperations;
  /** The proposal that waits for an approval, until it expires. */
  readonly proposal?: { readonly proposalId: string; readonly expiresAtMs: number };
  /** A person denied a proposal: until then, there is no other. */
  readonly deniedUntilMs?: number;
  /** Whether a person has it left alone. */
  readonly exclusion?: Override;
  /** The mode that a person set for it. */
  readonly modeOverride?: Override;
  /** What operations have rolled back. */
  readonly rolledBack?: RolledBack;
}

/** Reports that a component is unhealthy. */
export interface Reports {
  /** Their senders, sorted. */
  readonly by: readonly string[];
  /** When the latest of them was sent. */
  readonly lastMs: number;
  /** When the latest of each sender was sent. @default not known */
  readonly sentMs?: Readonly<Record<string, number>>;
  /** What the latest anomaly was on, while the analysis is among the senders. @default not known */
  readonly anomalyMetric?: string;
}

/** What the latest operation that rolled a change back has undone, and those before it. */
export interface RolledBack extends RolledBackChange {
  /** The newest first; the oldest are forgotten. @default none */
  readonly earlier?: readonly RolledBackChange[];
}

/** A change, as its source identifies it. */
export interface ChangeIdentity {
  readonly source: ChangeSource;
  readonly changeId: string;
}

/** Changes of a component that are no longer in effect. */
export interface RolledBackChange {
  /** Those that had begun by then. */
  readonly startedUpToMs: number;
  /** The kinds of what may have been rolled back. @default any, as in records of earlier versions */
  readonly kinds?: readonly ReversibleKind[];
  /** The change itself. @default no change was suspected */
  readonly source?: ChangeSource;
  readonly changeId?: string;
  /** What it changed, if nothing else can have been rolled back. @default not known */
  readonly resource?: string;
  /** Whether the change itself was rolled back, for every component that it changed. @default on this component alone */
  readonly isWhole?: true;
}

export function rolledBackChanges(rolledBack: RolledBack | undefined): readonly RolledBackChange[] {
  return rolledBack ? [rolledBack, ...(rolledBack.earlier ?? [])] : [];
}

/** A stop for all new operations, set at run time. One that is over stays on record until the next control. */
export interface Pause {
  readonly reason: string;
  readonly sinceMs: number;
  /** When it ends by itself; without it, a resume ends it. */
  readonly untilMs?: number;
}

/** What people set at run time for a part of the fleet. */
export interface Setting extends Pause {
  /** Of a mode: which one. @default - it is a pause, an exclusion, or a window held open */
  readonly mode?: StricterMode;
}

/** The latest that people set at run time for a part of the fleet: a group, a component, a window, or a mode. */
export interface Override {
  /** When it was given. */
  readonly givenAtMs: number;
  /** @default - it was lifted */
  readonly setting?: Setting;
}

/**
 * What limits all components together. Which component is in which group is in the configuration, which may change
 * any time.
 */
export interface FleetRecord {
  readonly revision: number;
  readonly pause?: Pause;
  /** When the latest pause or resume was given. */
  readonly controlledAtMs?: number;
  /** Pauses of single groups, by their names. */
  readonly groupPauses?: Readonly<Record<string, Override>>;
  /** Windows that a person holds open, by their names. */
  readonly windowOpenings?: Readonly<Record<string, Override>>;
  /** The mode that a person set for all components. */
  readonly modeOverride?: Override;
  /** Modes that a person set for single groups, by their names. */
  readonly groupModes?: Readonly<Record<string, Override>>;
  /** Components with an operation in flight, sorted. */
  readonly inFlight: readonly string[];
  /** Components known to be unhealthy, sorted. */
  readonly unhealthy: readonly string[];
  /** Earliest next admission, by strategy id, for strategies whose cooldown is fleet-wide. */
  readonly strategyCooldownUntilMs: Readonly<Record<string, number>>;
  readonly observed?: ObservedFleet;
  /** Of isolations that last, by the operation that has made them. */
  readonly timeLimits?: Readonly<Record<string, TimeLimit>>;
  /** The change that the latest operation on a component rolls back for all, by component, as long as that is in flight. */
  readonly rollingBack?: Readonly<Record<string, ChangeIdentity>>;
  /** Whose turn is next when budgets have room again. @default nobody waits */
  readonly queue?: RepairQueue;
}

/** A component that is still unhealthy and whose repair waits for room in a budget. */
export interface QueuedRepair {
  readonly component: string;
  /** Severity × explained share × confidence, 0 to 1. */
  readonly priority: number;
  /** Since when it waits, epoch milliseconds: since its alarm went red, or since its last turn. */
  readonly sinceMs: number;
  /** The budget that is used up: of all components, or of its group. */
  readonly budget: 'fleet' | 'group';
}

/** Whose turn is next when budgets have room again. Written by the reconciler, and void if it writes none for long. */
export interface RepairQueue {
  /** The next one first; of a long queue, its beginning. */
  readonly next: readonly QueuedRepair[];
  /** How many wait altogether. */
  readonly length: number;
  readonly validUntilMs: number;
}

/** As ObservedOperations, for the budgets of all components together. */
export interface ObservedFleet {
  /** Until when an operation would be in flight, by component. */
  readonly untilMs: Readonly<Record<string, number>>;
  /** By strategy id. */
  readonly strategyCooldownUntilMs: Readonly<Record<string, number>>;
}

export interface Limits {
  readonly component: ComponentRecord;
  readonly fleet: FleetRecord;
}

/** A component that was never healed. */
export function newComponentRecord(component: string): ComponentRecord {
  return { component, revision: 0, fence: 0, attemptsMs: {}, cooldownUntilMs: {}, failuresMs: {} };
}

export const EMPTY_FLEET: FleetRecord = {
  revision: 0,
  inFlight: [],
  unhealthy: [],
  strategyCooldownUntilMs: {},
};
