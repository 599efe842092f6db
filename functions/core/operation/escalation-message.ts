import { describeReference } from '../actions/action-reference.ts';
import { ACTIONS, type ActionType } from '../actions/action-table.ts';
import { formatDuration } from '../configuration/duration.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { OnFailure } from '../configuration/schema/strategy-schema.ts';
import { denialIn, describeDenial } from '../denial.ts';
import { perhapsIsolated } from '../issue/left-isolated.ts';
import type { Containment } from './containment.ts';
import { NOT_VERIFIED } from './failure.ts';
import {
  type FailedUndo,
  type Failure,
  type Operation,
  type PlannedStep,
  type StepRecord,
  stepPhase,
} from './operation.ts';
import { describeReport, type TargetReport } from './target-report.ts';
import { limitedIsolation, reminderSeconds } from './time-limit.ts';

/**
 * What is contained, for how long, and how a person lifts it.
 *
 * @param actions the strategy's
 */
export function containedMessage(
  operation: Operation,
  containment: Containment,
  steps: readonly StepRecord[],
  actions: readonly Action[] = [],
): string {
  const { type, state, lift } = {
    isolation: {
      type: ACTIONS.isolate_network.type,
      state: 'cut off from the network, except for the SSM channel',
      lift: ACTIONS.restore_network.document,
    },
    'safe-mode': {
      type: ACTIONS.enter_safe_mode.type,
      state: 'in safe mode',
      lift: ACTIONS.leave_safe_mode.document,
    },
  }[containment];
  const hosts = [...new Set(steps.flatMap(({ action, targets }) => (action === type ? targets : [])))];
  const more = containment === 'safe-mode' ? ',service=<its unit>' : '';
  return [
    `${operation.component} is contained, not repaired: ${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} ${state}, ${untilWhen(containment, actions)}.`,
    'Find out what happened; then lift it with',
    ...byGroups(operation, steps),
    `${commandByHand(operation, lift, hosts, more)}.`,
  ].join(' ');
}

/** @param more further parameters, each after a comma */
function commandByHand(
  { operationId, component, fence }: Operation,
  document: string | undefined,
  hosts: readonly string[],
  more = '',
): string {
  const parameters = `operationId=${operationId},stepId=manual-0,fence=${fence + 1},component=${component},executionTimeout=60${more}`;
  return `\`aws ssm send-command --document-name ${document} --instance-ids ${hosts.join(' ')} --parameters ${parameters}\``;
}

function untilWhen(containment: Containment, actions: readonly Action[]): string {
  const byPerson = 'until a person lifts the containment';
  const { params = {} } = (containment === 'isolation' && limitedIsolation(actions)) || {};
  const limitSeconds = Number(params['limitSeconds'] ?? 0);
  if (limitSeconds === 0) return byPerson;
  const limit = formatDuration(limitSeconds);
  if (params['afterLimit'] === 'lift') return `for ${limit}, or ${byPerson} before`;
  const next = formatDuration(reminderSeconds({ limitSeconds }));
  return `${byPerson}, with a reminder ${next === limit ? `every ${limit}` : `in ${limit}, then every ${next}`}`;
}

/** Security groups are put back by hand: the command reaches the host's own rules only. */
function byGroups({ operationId }: Operation, steps: readonly StepRecord[]): readonly string[] {
  const isByGroups = steps.some(({ action, change }) => action === 'isolate_network' && change);
  return isByGroups
    ? [`the security groups that \`npx selfheal show ${operationId}\` lists, or, where the agent isolates,`]
    : [];
}

/**
 * What was tried, in what state the component is left, and what a person has to do.
 *
 * @param report the outcome on each target; `undefined` for an operation whose targets were not laid out
 * @param failedUndos only those without an outcome on record are explained: the record explains the others
 */
export function failedMessage(
  failure: Failure,
  operation: Operation,
  onFailure: OnFailure,
  steps: readonly StepRecord[],
  report: TargetReport | undefined,
  failedUndos: readonly FailedUndo[] = [],
): string {
  const denial = denialIn([failure, ...failedUndos].map(({ cause }) => cause).join('\n'));
  const remedy = denial ? [`Grant the ${describeDenial(denial)}.`] : [];
  if (failure.error === NOT_VERIFIED) {
    return [
      'The repair was carried out and stays as it is. A missing permission kept Selfheal from checking whether it held:',
      'check whether the component is healthy.',
      ...remedy,
    ].join(' ');
  }
  const state = finalState(onFailure, operation.undoSteps ?? [], steps, failedUndos);
  const targets = report ? [describeReport(report)].filter((text) => text !== '') : [];
  return [...state, ...inDoubt(operation, steps), ...targets, ...remedy, 'A person is needed.'].join(' ');
}

/** Hosts that nobody may reach by now, and that no later step lets back in. */
function inDoubt(operation: Operation, steps: readonly StepRecord[]): readonly string[] {
  const hosts = perhapsIsolated(steps);
  if (hosts.length === 0) return [];
  const lift = commandByHand(operation, ACTIONS.restore_network.document, hosts);
  return [
    `${hosts.join(', ')} may be cut off from the network: it is not known how the isolation ended.`,
    ['Look at each; what is cut off is let back in by', ...byGroups(operation, steps), `${lift}.`].join(' '),
  ];
}

/** The state in which the plan has left the component, by the outcomes of its steps. */
function finalState(
  onFailure: OnFailure,
  laidOut: readonly PlannedStep[],
  steps: readonly StepRecord[],
  failedUndos: readonly FailedUndo[],
): readonly string[] {
  const undo = steps.filter((step) => stepPhase(step.stepId) === 'rollback');
  const unexplained = failedUndos.filter(
    ({ stepId }) => undo.find((step) => step.stepId === stepId)?.outcome === undefined,
  );
  const parts = [
    'Healing failed.',
    ...undone(laidOut, undo),
    ...unexplained.map(({ stepId, error, cause }) => `${stepId} ended with ${error}: ${cause}.`),
    ...mayStillAct(steps),
  ];
  if (onFailure === 'enter_safe_mode' && undo.some((step) => hasDone(step, 'enter_safe_mode'))) {
    parts.push('The component is in safe mode.');
  }
  if (onFailure === 'maintain_isolation' && steps.some((step) => hasDone(step, 'isolate_network'))) {
    parts.push('The host stays isolated until a person restores it.');
  }
  return parts;
}

/** Actions whose outcome is unknown: they may repeat what was undone. */
function mayStillAct(steps: readonly StepRecord[]): readonly string[] {
  const unknown = steps.filter(
    ({ stepId, outcome }) => stepPhase(stepId) === 'heal' && outcome === 'UNKNOWN',
  );
  return unknown.flatMap(({ stepId, action, reference, targets }) => {
    if (!reference) return [];
    const where = targets.length > 0 ? ` on ${targets.join(', ')}` : '';
    return [`${stepId} ${action} may still act${where}: look at ${describeReference(reference)}.`];
  });
}

function undone(laidOut: readonly PlannedStep[], undo: readonly StepRecord[]): readonly string[] {
  if (undo.length === 0 && laidOut.length === 0) return ['No undo step was taken.'];
  if (undo.length > 0 && undo.every(({ outcome }) => outcome === 'SKIPPED'))
    return ['Rollback is switched off.'];
  const failed = undo.filter(({ outcome }) => outcome !== 'SUCCEEDED');
  const untaken = laidOut.filter(({ stepId }) => !undo.some((step) => step.stepId === stepId));
  if (failed.length + untaken.length === 0) return ['The repair was rolled back.'];
  const list = (names: readonly string[]) => names.join(', ');
  return [
    ...(failed.length > 0
      ? [`Undo steps did not succeed: ${list(failed.map(({ stepId, action }) => `${stepId} ${action}`))}.`]
      : []),
    ...(untaken.length > 0
      ? [
          `Undo steps were not taken: ${list(untaken.map(({ stepId, action }) => `${stepId} ${action.type}`))}.`,
        ]
      : []),
  ];
}

function hasDone({ action, outcome }: StepRecord, wanted: ActionType): boolean {
  return action === wanted && outcome === 'SUCCEEDED';
}
