import { isByGroups, mayUseGroups } from '../actions/isolation-way.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { leftIsolated } from '../issue/left-isolated.ts';
import { healStep } from './heal-steps.ts';
import type { Operation, StepRecord } from './operation.ts';

type Laid = Pick<Operation, 'layout' | 'undoSteps'>;

/** A step that may have cut hosts off, and whether EC2 did it, by security groups; otherwise, their agents did. */
export interface Isolation {
  readonly record: StepRecord;
  readonly byGroups: boolean;
}

/** The isolations among an operation's steps; those of which it is not known whether they succeeded are among them. */
export function isolationsIn(
  strategy: Strategy,
  operation: Laid,
  steps: readonly StepRecord[],
): readonly Isolation[] {
  return steps.flatMap((record) => {
    const action = actionOf(strategy, operation, record);
    const isMade = action?.type === 'isolate_network' && record.outcome !== 'SKIPPED';
    return isMade ? [{ record, byGroups: mayUseGroups(action.params) }] : [];
  });
}

/**
 * Whether an isolation changed anything: by security groups, it changes none where all interfaces have the group already.
 */
export function hasEffect({ record, byGroups }: Isolation): boolean {
  return !byGroups || record.change !== undefined;
}

/** Ids of hosts that an operation has let back in. */
export interface LetBackIn {
  /** By their agents, which undo whatever an agent has isolated. */
  readonly byAgents: readonly string[];
  /** By security groups. Where someone else has changed the groups since, only these say whether the host is let in. */
  readonly byGroups: readonly string[];
}

/** The hosts that an operation has let back in, and not isolated again. */
export function letBackIn(strategy: Strategy, operation: Laid, steps: readonly StepRecord[]): LetBackIn {
  const isolated = leftIsolated(steps);
  const byAgents: string[] = [];
  const byGroups: string[] = [];
  for (const record of steps) {
    const action = actionOf(strategy, operation, record);
    if (action?.type !== 'restore_network') continue;
    if (record.outcome !== 'SUCCEEDED') continue;
    const targets = record.targets.filter((id) => !isolated.includes(id));
    (isByGroups(action.params) ? byGroups : byAgents).push(...targets);
  }
  return { byAgents, byGroups };
}

function actionOf(
  strategy: Strategy,
  operation: Laid,
  { stepId }: Pick<StepRecord, 'stepId'>,
): Action | undefined {
  const undo = operation.undoSteps?.find((step) => step.stepId === stepId);
  return undo?.action ?? healStep(strategy, operation, stepId)?.action;
}
