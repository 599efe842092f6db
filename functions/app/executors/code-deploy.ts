import { resourceId, selectsHosts, targetKindOf } from '../../core/configuration/target-selector.ts';
import type { Inspection } from '../../core/operation/inspection.ts';
import { type RecordedChange, settingText } from '../../core/operation/recorded-change.ts';
import {
  type CodeDeployReference,
  codeDeployReferenceId,
  describeCodeDeployReference,
} from '../../core/target/code-deploy-reference.ts';
import {
  type CodeDeployment,
  deploymentEnd,
  describeDeployment,
  isOver,
  isStoppedOnRequest,
  newestOf,
  staysAsItIs,
} from '../../core/target/code-deployment.ts';
import { deploymentDescription } from '../../core/target/deployment-course.ts';
import type { TargetRef } from '../../core/target/target.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CodeDeployments, DeploymentRequest } from '../../ports/code-deployments.ts';
import { ServiceUnavailable, TargetBusy } from '../../ports/errors.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';
import { type FoundWay, findWayBack, unfitAlias, type WayBackDeps } from './code-deploy-way-back.ts';

export interface CodeDeployBeginDeps extends WayBackDeps {
  readonly codeDeployments: Pick<CodeDeployments, 'since' | 'withAppSpec' | 'create' | 'stop'>;
}
export interface CodeDeployInspectDeps {
  readonly codeDeployments: Pick<CodeDeployments, 'read'>;
  readonly clock: Clock;
}

/** What is kept of a deployment that Selfheal has stopped: CodeDeploy’s rollback from it is Selfheal’s, and no other is. */
const STOPPED = '"stopped"';

/** Deployments are dated by seconds. */
const SECOND_MS = 1_000;

/** What is on record of the deployment from which Selfheal goes back. */
type From = {
  readonly id: string;
  readonly revision: string;
  readonly createdAtMs: number;
  readonly wasInProgress: boolean;
  readonly fileExistsBehavior?: string | undefined;
};
type Wanted = {
  readonly revision: string;
  readonly description: string;
  readonly fileExistsBehavior?: string | undefined;
};

/**
 * Has CodeDeploy go back from the last deployment to the group of a component, or forward again. Deployments have no token:
 * what is on record before is the deployment that is gone back from, and the description of a new one names the
 * operation and step. A repetition that was too early to see it is refused by CodeDeploy, as long as it is in progress.
 */
export async function begin(deps: CodeDeployBeginDeps, call: StepCall): Promise<Begun> {
  const { component, operation } = call.subject;
  const { codeDeploy: group } = component;
  if (group === undefined)
    return { outcome: 'FAILED', detail: `${operation.component} declares no codeDeploy` };
  const { targets } = component;
  const id = selectsHosts(targets) ? group : resourceId(targets);
  const target: TargetRef = { kind: targetKindOf(targets), id };
  return call.params['phase'] === 'undo'
    ? await goForward(deps, group, target, call)
    : await goBack(deps, group, target, call);
}

async function goBack(
  deps: CodeDeployBeginDeps,
  group: string,
  target: TargetRef,
  call: StepCall,
): Promise<Begun> {
  const { changes, subject, stepId } = call;
  const { operationId, alert } = subject.operation;
  const isRepeated = changes.earlier !== undefined;
  let change = changes.earlier;
  if (change === undefined) {
    const found = await findWayBack(deps, group, target, alert.change);
    if ('problem' in found)
      return found.isTheirs
        ? foreign(`${group}: ${found.problem}: it is left as it is`)
        : { outcome: 'FAILED', detail: `${group}: ${found.problem}` };
    const description = deploymentDescription(operationId, stepId, { backFrom: found.from.id });
    change = await changes.keep(planOf(found, description));
  }
  const { from, wanted } = parsed(change);
  const { newest, history } = await readSince(deps, group, from);
  const ours = history.find((one) => one.description === wanted.description || one.rollsBack === from.id);
  const first = history.find(({ id }) => id === from.id);
  const wasStopped = isRepeated && from.wasInProgress && first !== undefined && isStoppedOnRequest(first);
  const stopped = { ...(wasStopped && { undo: STOPPED }) };
  if (ours && newest.id === ours.id) return { ...referenceTo(ours.id), ...stopped };
  if (newest.id !== from.id) return deployedSince(group, newest, from);
  if (!isOver(newest)) {
    if (await deps.codeDeployments.stop(from.id, true))
      return { ...referenceTo(from.id, true), undo: STOPPED };
    throw new ServiceUnavailable(
      `${describeDeployment(newest)} ended before it could be stopped: it is read again`,
    );
  }
  if (newest.rolledBackBy !== undefined) return { ...referenceTo(newest.rolledBackBy), ...stopped };
  // An earlier try has stopped it, and CodeDeploy is about to go back.
  if (newest.status === 'Stopped' && from.wasInProgress && !staysAsItIs(newest, deps.clock.nowMs()))
    return { ...referenceTo(from.id, true), ...stopped };
  const unfit = await unfitAlias(deps, target, wanted.revision);
  if (unfit && isRepeated)
    throw new ServiceUnavailable(`${unfit.detail}; an earlier try may have deployed what is not listed yet`);
  if (unfit) return foreign(`${group}: ${unfit.detail}: it is left as it is`);
  return referenceTo(await deps.codeDeployments.create(group, wanted));
}

async function goForward(
  deps: CodeDeployBeginDeps,
  group: string,
  target: TargetRef,
  call: StepCall,
): Promise<Begun> {
  const { changes, subject, stepId } = call;
  if (changes.undone === undefined)
    return { outcome: 'SUCCEEDED', detail: `nothing was deployed to ${group}` };
  const { from, wanted } = parsed(changes.undone);
  const description = deploymentDescription(subject.operation.operationId, stepId, { forwardTo: from.id });
  const { newest, history } = await readSince(deps, group, from);
  if (newest.description === description) return referenceTo(newest.id);
  if (newest.id === from.id) return neverGoneBack(newest, from, deps.clock.nowMs());
  const isStoppedByUs = call.undo === STOPPED;
  const ours = history.find(
    (one) => one.description === wanted.description || (isStoppedByUs && one.rollsBack === from.id),
  );
  if (newest.rollsBack === from.id && !ours) {
    const detail = `${describeDeployment(newest)} is CodeDeploy’s own rollback from ${from.id}: it is left as it is`;
    return { outcome: 'SUCCEEDED', detail };
  }
  // CodeDeploy, or someone, has brought it back already.
  if (newest.id !== ours?.id && newest.revision === from.revision && mayBring(newest)) {
    if (!isOver(newest)) return referenceTo(newest.id);
    return { outcome: 'SUCCEEDED', detail: `${describeDeployment(newest)} is there again` };
  }
  // An alias that is left between two versions takes no other deployment: CodeDeploy itself has to go back from ours.
  const isAlias = target.kind === 'lambda_alias';
  if (isAlias && ours && newest.rollsBack === ours.id) return referenceTo(newest.id);
  if (newest.id !== ours?.id) return deployedSince(group, newest, from);
  if (!isOver(ours)) {
    await deps.codeDeployments.stop(ours.id, isAlias);
    throw new TargetBusy(`${describeDeployment(ours)} is being stopped, to deploy ${from.id} again`);
  }
  if (isAlias && ours.status === 'Stopped' && !staysAsItIs(ours, deps.clock.nowMs()))
    throw new TargetBusy(`CodeDeploy is about to go back from ${describeDeployment(ours)}`);
  const revision = await deps.codeDeployments.withAppSpec(group, from.revision);
  const unfit = await unfitAlias(deps, target, revision);
  if (unfit?.isThere) return { outcome: 'SUCCEEDED', detail: `${describeDeployment(from)} is there again` };
  if (unfit) return foreign(`${group}: ${unfit.detail}: it is left as it is`);
  const { fileExistsBehavior } = from;
  const request: DeploymentRequest = { revision, description, fileExistsBehavior };
  return referenceTo(await deps.codeDeployments.create(group, request));
}

const mayBring = (one: CodeDeployment) => !isOver(one) || one.status === 'Succeeded';

/** The end of an undo where the deployment is still the last one. A stop that was asked for may be about to take effect. */
function neverGoneBack(newest: CodeDeployment, { wasInProgress }: From, nowMs: number): Ended {
  const what = describeDeployment(newest);
  if (wasInProgress && staysAsItIs(newest, nowMs))
    return {
      outcome: 'FAILED',
      detail: `${what}: ${newest.status}, and CodeDeploy has not gone back from it: ${newest.rollbackMessage ?? 'it does not say why'}; it is left as it is`,
    };
  const mayBeStopping = !isOver(newest) || newest.status === 'Stopped' || newest.rolledBackBy !== undefined;
  if (wasInProgress && mayBeStopping)
    throw new TargetBusy(`${what} may be about to be rolled back: nothing is deployed before`);
  return { outcome: 'SUCCEEDED', detail: `${what} is still the last deployment` };
}

function planOf({ from, good, revision: wanted }: FoundWay, description: string): RecordedChange {
  const { id, revision, createdAtMs, fileExistsBehavior } = from;
  const before: From = { id, revision, createdAtMs, fileExistsBehavior, wasInProgress: !isOver(from) };
  const intended: Wanted = {
    ...{ revision: wanted, description },
    fileExistsBehavior: good.fileExistsBehavior,
  };
  return { before: settingText(before), intended: settingText(intended) };
}

function parsed({ before, intended }: RecordedChange): { readonly from: From; readonly wanted: Wanted } {
  return { from: JSON.parse(before) as From, wanted: JSON.parse(intended) as Wanted };
}

/** What was deployed to a group from a deployment on. @throws ServiceUnavailable if CodeDeploy does not list it */
async function readSince(
  { codeDeployments }: CodeDeployBeginDeps,
  group: string,
  { id, createdAtMs }: From,
): Promise<{ readonly newest: CodeDeployment; readonly history: readonly CodeDeployment[] }> {
  const history = await codeDeployments.since(group, createdAtMs - SECOND_MS);
  const newest = newestOf(history);
  if (newest) return { newest, history };
  throw new ServiceUnavailable(`CodeDeploy does not list the deployment ${id} to ${group}`);
}

function deployedSince(group: string, newest: CodeDeployment, from: From): Ended {
  return foreign(
    `${group}: ${describeDeployment(newest)} is deployed since ${from.id}: someone else has deployed it, and it is left as it is`,
  );
}

function foreign(detail: string): Ended {
  return { outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', isFinal: true, detail };
}

function referenceTo(id: string, isStopped = false): Extract<Begun, { readonly reference: unknown }> {
  return { reference: { executor: 'resource', id: codeDeployReferenceId({ id, isStopped }) } };
}

/** Looks how far a deployment has come, or the one with which CodeDeploy goes back from one that was stopped. */
export async function inspect(
  { codeDeployments, clock }: CodeDeployInspectDeps,
  reference: CodeDeployReference,
): Promise<Inspection> {
  const first = await codeDeployments.read(reference.id);
  if (!reference.isStopped) return inspection(first, deploymentEnd(first));
  if (first.rolledBackBy !== undefined) {
    const back = await codeDeployments.read(first.rolledBackBy);
    return inspection(back, deploymentEnd(back));
  }
  const problem =
    first.status === 'Succeeded'
      ? 'succeeded before it could be stopped'
      : staysAsItIs(first, clock.nowMs()) &&
        `${first.status}, and CodeDeploy has not gone back from it: ${first.rollbackMessage ?? 'it does not say why'}`;
  const detail = `${describeDeployment(first)} ${problem}`;
  return inspection(first, problem ? { outcome: 'FAILED', detail } : undefined, reference);
}

function inspection(
  deployment: CodeDeployment,
  end: ReturnType<typeof deploymentEnd>,
  reference?: CodeDeployReference,
): Inspection {
  const { group, status, progress, rollbackMessage } = deployment;
  const what = reference ? describeCodeDeployReference(reference) : describeDeployment(deployment);
  const detail =
    end?.detail ?? [`${what}: ${status}`, rollbackMessage ?? progress].filter(Boolean).join('; ');
  const ended = end && { outcome: end.outcome };
  const target = { id: group, detail, exists: true, ...ended };
  return { ...ended, detail, isWhole: true, targets: [target], targetCount: 1 };
}
