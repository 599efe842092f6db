import type { Component } from '../configuration/schema/schema.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { actsOnTargets, leavesIsolated } from './action-effects.ts';
import { isCheckedInGroup } from './batch-check.ts';
import { batchCount, type HealStep, healSteps } from './heal-steps.ts';
import type { ReplacedTargets, SkippedTargets } from './layout.ts';
import type { Operation, StepId, StepRecord } from './operation.ts';

/**
 * `untouched`: nothing was begun on it, or its gate was closed. `passed`: every action and its check are done.
 * `begun`: it was left on the way.
 */
export type BatchState = 'untouched' | 'begun' | 'passed';

/** How far an operation has come with one of its batches. */
export interface BatchProgress {
  readonly batch: number;
  readonly state: BatchState;
  /** Its steps, with the record of each that has one. */
  readonly steps: readonly (HealStep & { readonly record?: StepRecord; readonly isBegun: boolean })[];
  /**
   * Instance ids that are still part of it, with those that have taken the place of others; `undefined` if nobody laid
   * out which they are.
   */
  readonly targets?: readonly string[];
  /** Those that were replaced on the way. */
  readonly replaced: ReplacedTargets;
  /** Those that ended their part on the way. */
  readonly skipped: SkippedTargets;
  /** Whether its check has proved that its targets are in service; a node that is merely online proves nothing. */
  readonly isProved: boolean;
  /** Whether too few other targets were healthy to begin it. */
  readonly isGateClosed: boolean;
}

export interface ProgressOf {
  readonly strategy: Strategy;
  readonly component: Component;
  readonly operation: Pick<Operation, 'layout'>;
  readonly steps: readonly StepRecord[];
  /** The step that was begun last, on record or not. */
  readonly pending: StepId | undefined;
}

/** How far an operation has come, batch by batch. */
export function batchesProgress(of: ProgressOf): readonly BatchProgress[] {
  const planned = healSteps(of.strategy, of.operation);
  const records = new Map(of.steps.map((step) => [step.stepId, step]));
  return Array.from({ length: batchCount(of.operation) }, (_, batch) => {
    const steps = planned
      .filter((step) => step.batch === batch)
      .map((step) => {
        const record = records.get(step.stepId);
        const isBegun = record !== undefined || step.stepId === of.pending;
        return { ...step, ...(record && { record }), isBegun };
      });
    const own = steps.flatMap(({ record }) => record ?? []);
    const skipped = skippedIn(own);
    const replaced = replacedIn(own);
    const targets = of.operation.layout?.batches[batch]
      ?.map((id) => standingFor(id, replaced))
      .filter((id) => skipped[id] === undefined);
    const isGateClosed = steps.some(({ record }) => record?.failsAs === 'TooFewHealthyTargets');
    const state = stateOf(steps, isGateClosed);
    const isChecked = steps.some(({ isCheck }) => isCheck);
    const isLooking = of.component.service !== undefined || isCheckedInGroup(of.strategy, of.component);
    const isProof = isLooking && !leavesIsolated(of.strategy.actions);
    return {
      batch,
      state,
      steps,
      ...(targets && { targets }),
      ...{ replaced, skipped },
      isProved: state === 'passed' && isChecked && isProof,
      isGateClosed,
    };
  });
}

/** Targets that ended their part, by what is on record of the batch's steps. */
function skippedIn(records: readonly StepRecord[]): SkippedTargets {
  return Object.assign({}, ...records.map(({ skipped = {} }) => skipped)) as SkippedTargets;
}

function replacedIn(records: readonly StepRecord[]): ReplacedTargets {
  return Object.assign({}, ...records.map(({ replaced = {} }) => replaced)) as ReplacedTargets;
}

/** A target, or the last one that has taken its place: every one is new, so that none leads back. */
function standingFor(id: string, replaced: ReplacedTargets): string {
  const successor = replaced[id];
  return successor === undefined ? id : standingFor(successor, replaced);
}

/** Whether a step is over, and lets the next one begin. */
export function letsGoOn({ outcome, onError }: Pick<StepRecord, 'outcome' | 'onError'>): boolean {
  if (outcome === undefined) return false;
  return outcome === 'SUCCEEDED' || outcome === 'SKIPPED' || onError === 'continue';
}

function stateOf(steps: BatchProgress['steps'], isGateClosed: boolean): BatchState {
  const onTargets = steps.filter(({ action }) => actsOnTargets(action));
  if (isGateClosed || !onTargets.some(({ isBegun }) => isBegun)) return 'untouched';
  return onTargets.every(({ record }) => record !== undefined && letsGoOn(record)) ? 'passed' : 'begun';
}

/** Whether a batch without targets leaves an operation with nothing repaired, and nothing left to repair. */
export function leavesNothing(progress: readonly BatchProgress[], batch: number): boolean {
  if (batch < progress.length - 1) return false;
  return !progress.some(
    (other) =>
      other.batch !== batch &&
      other.state === 'passed' &&
      other.steps.some(({ record }) => record?.outcome === 'SUCCEEDED' && record.targets.length > 0),
  );
}

/** The targets that the operation's verification has to find healthy: those of every batch that are still part of it. */
export function repairedTargets(progress: readonly BatchProgress[]): readonly string[] | undefined {
  if (progress.every(({ targets }) => targets === undefined)) return undefined;
  return progress.flatMap(({ targets = [] }) => targets);
}
