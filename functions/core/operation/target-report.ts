import { type BatchProgress, batchesProgress, type ProgressOf } from './batch-progress.ts';
import type { ReplacedTargets, SkippedTargets } from './layout.ts';
import { type Operation, type StepRecord, stepPhase } from './operation.ts';
import { notLifted } from './time-limit.ts';

/** What an operation has done to each of its targets, by instance id; each target is in one list. */
export interface TargetReport {
  readonly repaired: readonly string[];
  /** Begun and undone. */
  readonly undone: readonly string[];
  /** Begun and left as they are: the plan has nothing to undo, or the undo failed. */
  readonly left: readonly string[];
  readonly untouched: readonly string[];
  /** Those that no longer exist; what has taken their place is in one of the lists above. @default none */
  readonly replaced?: ReplacedTargets;
  readonly skipped: SkippedTargets;
}

/**
 * What a step did may never get on record, though its undo was laid out because it may have acted: its targets were not
 * left untouched.
 *
 * @returns `undefined` for an operation whose targets were not laid out: it has one, or never got as far
 */
export function targetReport(
  of: ProgressOf & { readonly operation: Pick<Operation, 'undoSteps'> },
): TargetReport | undefined {
  const { layout, undoSteps = [] } = of.operation;
  if (!layout) return undefined;
  const progress = batchesProgress(of).map((batch) => ({ ...batch, state: stateOf(batch) }));
  const targetsOf = (states: readonly BatchProgress['state'][]) =>
    progress.filter(({ state }) => states.includes(state)).flatMap(({ targets = [] }) => targets);
  const undone = new Set(of.steps.filter(isUndo).flatMap(({ targets }) => targets));
  const toUndo = new Set(undoSteps.flatMap(({ targets = [] }) => targets));
  const unrecorded = targetsOf(['untouched']).filter((id) => toUndo.has(id));
  const begun = [...targetsOf(['begun', 'passed']), ...unrecorded];
  const replaced = Object.assign({}, ...progress.map((batch) => batch.replaced)) as ReplacedTargets;
  return {
    repaired: targetsOf(['passed']).filter((id) => !undone.has(id)),
    undone: begun.filter((id) => undone.has(id)),
    left: [...targetsOf(['begun']), ...unrecorded].filter((id) => !undone.has(id)),
    untouched: targetsOf(['untouched']).filter((id) => !toUndo.has(id)),
    ...(Object.keys(replaced).length > 0 && { replaced }),
    skipped: Object.assign({}, layout.skipped, ...progress.map(({ skipped }) => skipped)) as SkippedTargets,
  };
}

/** Hosts that were not let back in are not repaired, even where the operation has gone on to the next batch. */
function stateOf({ state, steps }: BatchProgress): BatchProgress['state'] {
  const isLeft = notLifted(steps.flatMap(({ record }) => record ?? [])) !== undefined;
  return state === 'passed' && isLeft ? 'begun' : state;
}

function isUndo({ stepId, outcome }: StepRecord): boolean {
  return stepPhase(stepId) === 'rollback' && outcome === 'SUCCEEDED';
}

/** Targets that a person should know of: one that was found healthy needed no repair. */
export function missedTargets({ skipped }: TargetReport): SkippedTargets {
  return Object.fromEntries(Object.entries(skipped).filter(([, reason]) => reason !== 'healthy'));
}

/** `Repaired: i-a. Undone: i-b. Replaced: i-d by i-e. Skipped: i-c (offline).` */
export function describeReport(report: TargetReport): string {
  const { repaired, undone, left, untouched } = report;
  const skipped = Object.entries(missedTargets(report)).map(([id, reason]) => `${id} (${reason})`);
  const replaced = Object.entries(report.replaced ?? {}).map(([id, successor]) => `${id} by ${successor}`);
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['Repaired', repaired],
    ['Undone', undone],
    ['Left as they are', left],
    ['Untouched', untouched],
    ['Replaced', replaced],
    ['Skipped', skipped],
  ];
  return parts
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `${what}: ${shortened(ids)}.`)
    .join(' ');
}

const MOST_NAMED = 5;

/** The first few of a list of ids, and how many more there are. */
export function shortened(ids: readonly string[]): string {
  const more = ids.length - MOST_NAMED;
  return more > 0 ? `${ids.slice(0, MOST_NAMED).join(', ')} and ${more} more` : ids.join(', ');
}
