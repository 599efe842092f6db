import { isByGroups, mayUseGroups } from '../../core/actions/isolation-way.ts';
import type { Action } from '../../core/configuration/schema/action-schema.ts';
import { healStep } from '../../core/operation/heal-steps.ts';
import type { StepRecord } from '../../core/operation/operation.ts';
import { type RecordedChange, settingText } from '../../core/operation/recorded-change.ts';
import type { Ec2Instances } from '../../ports/ec2-instances.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { ActionSubject } from '../executors/action-call.ts';

export interface LiftedIsolationDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps'>;
  readonly instances: Pick<Ec2Instances, 'interfaces'>;
}

/** What an operation has isolated in one way. */
export interface LiftedIsolation {
  /** Ids of instances. */
  readonly targets: readonly string[];
  /** Of the security groups of all their interfaces. @default the agents have isolated them */
  readonly change?: RecordedChange;
}

/**
 * What a restoring action is to lift of the isolation that the alert names.
 *
 * @throws ServiceError
 * @returns `undefined` if it is not known: another component's, or no longer on record
 */
export async function liftedIsolation(
  deps: LiftedIsolationDeps,
  { operation: { component, alert } }: ActionSubject,
  { params }: Pick<Action, 'params'>,
): Promise<LiftedIsolation | undefined> {
  const operation = await deps.store.getOperation(alert.lifts ?? '');
  const plan = operation && (await deps.store.getPlan(operation.planId));
  if (!plan || operation.component !== component) return undefined;
  const steps = await deps.store.listSteps(operation.operationId);
  const isolations = steps.flatMap((record) => {
    const action = healStep(plan.strategy, operation, record.stepId)?.action;
    const isMade = action?.type === 'isolate_network' && record.outcome !== 'SKIPPED';
    return isMade ? [{ record, byGroups: mayUseGroups(action.params) }] : [];
  });
  const recordsOf = (byGroups: boolean) =>
    isolations.filter((one) => one.byGroups === byGroups).map(({ record }) => record);
  const change = mergedChange(recordsOf(true));
  const cutOff = await cutOffBy(deps, change, recordsOf(true));
  if (isByGroups(params)) return { targets: cutOff, ...(change && { change }) };
  return { targets: targetsOf(recordsOf(false)).filter((id) => !cutOff.includes(id)) };
}

const targetsOf = (records: readonly StepRecord[]): readonly string[] => [
  ...new Set(records.flatMap(({ targets }) => targets)),
];

/** Batches change interfaces of their own, so that no two changes are of the same one. */
function mergedChange(records: readonly StepRecord[]): RecordedChange | undefined {
  const changes = records.flatMap(({ change }) => change ?? []);
  if (changes.length === 0) return undefined;
  const merged = (texts: readonly string[]) =>
    settingText(Object.assign({}, ...texts.map((text): unknown => JSON.parse(text))));
  return {
    before: merged(changes.map(({ before }) => before)),
    intended: merged(changes.map(({ intended }) => intended)),
  };
}

/** The instances whose interfaces a change is of. */
export async function cutOffBy(
  { instances }: Pick<LiftedIsolationDeps, 'instances'>,
  change: RecordedChange | undefined,
  records: readonly StepRecord[],
): Promise<readonly string[]> {
  if (!change) return [];
  const changed = JSON.parse(change.intended) as Readonly<Record<string, string>>;
  const found = await instances.interfaces(targetsOf(records));
  return [
    ...new Set(found.flatMap(({ id, instanceId }) => (Object.hasOwn(changed, id) ? [instanceId] : []))),
  ];
}
