import type { Inspection } from '../../core/operation/inspection.ts';
import { type RecordedChange, settingText } from '../../core/operation/recorded-change.ts';
import {
  type AppConfigReference,
  appConfigReferenceId,
  describeAppConfigReference,
} from '../../core/target/app-config-reference.ts';
import {
  type ConfigDeployment,
  type ConfigDeploymentDetail,
  type ConfigPlace,
  configDeploymentEnd,
  configDescription,
  configPlace,
  configWayBack,
  describeConfigDeployment,
  describeWithdrawal,
  historyOf,
  isLeaving,
  isWithdrawn,
  isWithdrawnOnRequest,
} from '../../core/target/config-deployment.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConfigDeployments } from '../../ports/config-deployments.ts';
import { RequestRefused, ServiceUnavailable, TargetBusy } from '../../ports/errors.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';

export interface AppConfigBeginDeps {
  readonly configDeployments: ConfigDeployments;
  readonly clock: Clock;
}
export interface AppConfigInspectDeps {
  readonly configDeployments: Pick<ConfigDeployments, 'read'>;
}

/** What is on record of the deployment from which Selfheal goes back: enough to deploy it again. */
type From = {
  readonly number: number;
  /** The number of the newest deployment of the configuration: later ones may have been withdrawn. */
  readonly newest: number;
  readonly version: string;
  readonly strategy: string;
  readonly kmsKey?: string | undefined;
};

/** What is kept of a deployment that Selfheal has withdrawn. */
const WITHDRAWN = '"withdrawn"';
/** The version that is deployed instead; without it, AppConfig withdraws the deployment. */
type Wanted = { readonly version?: string | undefined; readonly description: string };

/**
 * Has AppConfig go back from the last deployment of a configuration, or forward again. Withdrawing names the deployment, so
 * it may be repeated. A new deployment names the last one before it, so that a repetition is refused, and is found by its
 * description.
 */
export async function begin(deps: AppConfigBeginDeps, call: StepCall): Promise<Begun> {
  const { component, operation } = call.subject;
  if (component.appConfig === undefined)
    return { outcome: 'FAILED', detail: `${operation.component} declares no appConfig` };
  const place = configPlace(component.appConfig);
  return call.params['phase'] === 'undo'
    ? await goForward(deps, place, call)
    : await goBack(deps, place, call);
}

async function goBack(deps: AppConfigBeginDeps, place: ConfigPlace, call: StepCall): Promise<Begun> {
  const { changes, subject, stepId } = call;
  const description = configDescription(subject.operation.operationId, stepId);
  const seen = await readEnvironment(deps, place);
  let change = changes.earlier;
  if (change === undefined) {
    const planned = await plan(deps, place, seen.history, call, description);
    if ('outcome' in planned) return planned;
    change = await changes.keep(planned);
  }
  const { from, wanted } = parsed(change);
  const { newest } = seen;
  if (newest && newest.number > from.newest) {
    const { description: theirs } = await deps.configDeployments.read(place, newest.number);
    return theirs === wanted.description
      ? referenceTo(place, newest.number)
      : deployedSince(place, newest, from);
  }
  const current = seen.history.find(({ number }) => number === from.number);
  if (current === undefined) throw notListed(place, from);
  if (wanted.version === undefined)
    return await withdraw(deps, place, current, changes.earlier !== undefined);
  const { strategy, kmsKey } = from;
  const request = { version: wanted.version, description, strategy, kmsKey, latestNumber: seen.latestNumber };
  return referenceTo(place, await deps.configDeployments.start(place, request));
}

/**
 * Withdraws a deployment, unless it is withdrawn already.
 *
 * @param isRepeated whether an earlier try may have withdrawn it, and not someone else
 */
async function withdraw(
  deps: AppConfigBeginDeps,
  place: ConfigPlace,
  current: ConfigDeployment,
  isRepeated: boolean,
): Promise<Begun> {
  const { number } = current;
  if (!isLeaving(current)) {
    try {
      await deps.configDeployments.withdraw(place, number);
      return { ...referenceTo(place, number, true), undo: WITHDRAWN };
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error;
      // It may have been withdrawn since it was read.
      if (!isLeaving(await deps.configDeployments.read(place, number))) throw error;
    }
  }
  const isOurs = isRepeated && isWithdrawnOnRequest(await deps.configDeployments.read(place, number));
  return { ...referenceTo(place, number, true), ...(isOurs && { undo: WITHDRAWN }) };
}

async function goForward(deps: AppConfigBeginDeps, place: ConfigPlace, call: StepCall): Promise<Begun> {
  const { changes, subject, stepId } = call;
  if (changes.undone === undefined) return { outcome: 'SUCCEEDED', detail: 'no configuration was deployed' };
  const { from, wanted } = parsed(changes.undone);
  const description = configDescription(subject.operation.operationId, stepId, from.number);
  const { history, newest, latestNumber } = await readEnvironment(deps, place);
  if (newest === undefined) throw notListed(place, from);
  if (newest.number > from.newest) {
    const { description: theirs } = await deps.configDeployments.read(place, newest.number);
    if (theirs === description) return referenceTo(place, newest.number);
    if (theirs !== wanted.description) return deployedSince(place, newest, from);
    // The version before a rollback of ours is the one that is to be brought back.
    return await withdraw(deps, place, newest, false);
  }
  if (!history.some(({ number }) => number === from.number)) throw notListed(place, from);
  const current = await deps.configDeployments.read(place, from.number);
  const what = describeConfigDeployment(current);
  if (current.state === 'ROLLING_BACK') throw new TargetBusy(`${what} is being rolled back`);
  if (!isWithdrawn(current)) return { outcome: 'SUCCEEDED', detail: `${what} is still the last one` };
  if (call.undo !== WITHDRAWN || !isWithdrawnOnRequest(current)) {
    const how = current.withdrawal ? describeWithdrawal(current.withdrawal) : 'by someone else';
    return { outcome: 'SUCCEEDED', detail: `${what} was withdrawn ${how}: it is not deployed again` };
  }
  const { version, strategy, kmsKey } = from;
  const request = { version, description, strategy, kmsKey, latestNumber };
  return referenceTo(place, await deps.configDeployments.start(place, request));
}

async function plan(
  { configDeployments, clock }: AppConfigBeginDeps,
  place: ConfigPlace,
  history: readonly ConfigDeployment[],
  { subject }: StepCall,
  description: string,
): Promise<RecordedChange | Ended> {
  const last = history.find((one) => !isWithdrawn(one));
  const numbers = new Set([last, history[0]].flatMap((one) => one?.number ?? []));
  const details = await Promise.all([...numbers].map((number) => configDeployments.read(place, number)));
  const descriptions = new Map(details.map((one) => [one.number, one.description]));
  const { change } = subject.operation.alert;
  const found = configWayBack(history, place, change, descriptions, clock.nowMs());
  if ('problem' in found) {
    const why = `${nameOf(place)}: ${found.problem}`;
    return found.isTheirs ? foreign(`${why}: it is left as it is`) : { outcome: 'FAILED', detail: why };
  }
  // That is the last one that was not withdrawn.
  const [{ number, version, strategy, kmsKey }] = details as [ConfigDeploymentDetail];
  const before: From = { number, newest: Math.max(...numbers), version, strategy, kmsKey };
  const intended: Wanted = { description, version: found.good?.version };
  return { before: settingText(before), intended: settingText(intended) };
}

function parsed({ before, intended }: RecordedChange): { readonly from: From; readonly wanted: Wanted } {
  return { from: JSON.parse(before) as From, wanted: JSON.parse(intended) as Wanted };
}

/** @returns the profile's deployments, newest first, and the number of the environment's last one */
async function readEnvironment({ configDeployments }: AppConfigBeginDeps, place: ConfigPlace) {
  const all = await configDeployments.list(place);
  const history = historyOf(all, place.profile);
  return { history, newest: history[0], latestNumber: Math.max(0, ...all.map(({ number }) => number)) };
}

const nameOf = ({ application, environment, profile }: ConfigPlace) =>
  `${application}/${environment}/${profile}`;

function notListed(place: ConfigPlace, { number }: From): ServiceUnavailable {
  return new ServiceUnavailable(`AppConfig does not list the deployment ${number} of ${nameOf(place)}`);
}

function deployedSince(place: ConfigPlace, newest: ConfigDeployment, from: From): Ended {
  return foreign(
    `${nameOf(place)}: ${describeConfigDeployment(newest)} was begun since ${from.number}: someone else has deployed it, and it is left as it is`,
  );
}

function foreign(detail: string): Ended {
  return { outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', isFinal: true, detail };
}

function referenceTo(
  { application, environment }: ConfigPlace,
  number: number,
  isWithdrawing = false,
): Begun {
  const id = appConfigReferenceId({ application, environment, number, isWithdrawing });
  return { reference: { executor: 'resource', id } };
}

/** Looks how far a deployment has come, or its withdrawal. */
export async function inspect(
  { configDeployments }: AppConfigInspectDeps,
  reference: AppConfigReference,
): Promise<Inspection> {
  const deployment = await configDeployments.read(reference, reference.number);
  const end = configDeploymentEnd(deployment, reference.isWithdrawing);
  const { application, environment } = reference;
  const running = `${describeAppConfigReference(reference)}: ${deployment.state}, ${deployment.percent ?? 0} % of the clients`;
  const detail = end?.detail ?? running;
  const ended = end && { outcome: end.outcome };
  const id = nameOf({ application, environment, profile: deployment.profile });
  return {
    ...{ ...ended, detail, isWhole: true, targetCount: 1 },
    targets: [{ id, detail, exists: true, ...ended }],
  };
}
