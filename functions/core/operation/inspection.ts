import type { StepId, StepOutcome } from './operation.ts';

/** The step that an action was begun for. */
export interface ActionOwner {
  readonly operationId: string;
  readonly stepId: StepId;
  /** @default the service does not record it */
  readonly component?: string;
  /** As strategies call it; `undefined` for an action that this version does not know. */
  readonly action: string | undefined;
}

/** The result of an action on one target. */
export interface TargetResult {
  readonly id: string;
  /** @default it still runs there */
  readonly outcome?: StepOutcome;
  /** The target with what is known of it, for people: `i-0abc Failed: UNIT_MISSING: …`. */
  readonly detail: string;
  /** Whether its service knows it and has not terminated it. @default its service does not say */
  readonly exists?: boolean;
  /**
   * The id of the target that the action has put in its place; `null` if it is gone, and nothing had to take its place.
   * @default it is still there
   */
  readonly replacedBy?: string | null;
}

/** How far an action has come, as its executor sees it. */
export interface Inspection {
  /** @default it was begun by someone else, or the service does not record its owner */
  readonly owner?: ActionOwner;
  /** Of the action as a whole. @default it still runs */
  readonly outcome?: StepOutcome;
  /** JSON: what its executor wants to have back, should the action be undone. @default what was kept when it began */
  readonly undo?: string;
  /** For people, where no target explains the outcome. */
  readonly detail: string;
  /** Whether the outcome holds for every target, since the service knows none by itself. @default false */
  readonly isWhole?: boolean;
  /** Those that are known so far; a service may be late in listing them. */
  readonly targets: readonly TargetResult[];
  /** How many targets the action was begun on. */
  readonly targetCount: number;
}

export interface ActionOutcome {
  readonly outcome: StepOutcome;
  readonly detail: string;
}

/**
 * The outcome of an action; `undefined` while it is not known yet.
 *
 * That the action as a whole succeeded is not enough: a command that reached no node, or only some, says so too. A step
 * has succeeded when every target has.
 *
 * @param targets ids of the targets that the step was to act on
 */
export function outcomeOn(inspection: Inspection, targets: readonly string[]): ActionOutcome | undefined {
  const { outcome, detail, targets: results } = inspection;
  if (outcome === undefined) return undefined;
  if (inspection.isWhole) return { outcome, detail };
  const bad = results.find((result) => result.outcome !== undefined && result.outcome !== 'SUCCEEDED');
  if (outcome !== 'SUCCEEDED') return { outcome, detail: bad?.detail ?? detail };
  if (bad?.outcome !== undefined) return { outcome: bad.outcome, detail: bad.detail };

  const done = doneTargets(inspection);
  // The list of results is eventually consistent: what is missing may only be late.
  if (targets.length === 0 || targets.some((target) => !done.has(target))) return undefined;
  return { outcome, detail: results.map((result) => result.detail).join('; ') };
}

/**
 * Ids of the targets on which the action has succeeded.
 *
 * @param all ids of the targets that the step was to act on, for a service that knows none by itself
 */
export function doneTargets(
  { targets, isWhole, outcome: whole }: Inspection,
  all: readonly string[] = [],
): ReadonlySet<string> {
  if (isWhole) return new Set(whole === 'SUCCEEDED' ? all : []);
  return new Set(targets.filter(({ outcome }) => outcome === 'SUCCEEDED').map(({ id }) => id));
}
