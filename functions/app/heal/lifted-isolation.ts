import { isByGroups } from '../../core/actions/isolation-way.ts';
import type { Action } from '../../core/configuration/schema/action-schema.ts';
import type { Strategy } from '../../core/configuration/schema/strategy-schema.ts';
import { healStep } from '../../core/operation/heal-steps.ts';
import { isolationsIn } from '../../core/operation/isolations.ts';
import type { StepId, StepRecord } from '../../core/operation/operation.ts';
import { type RecordedChange, settingText } from '../../core/operation/recorded-change.ts';
import { notLifted } from '../../core/operation/time-limit.ts';
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
  /** Ids of those that their agents may have isolated, too: it takes the agents to let them back in. */
  readonly twice: readonly string[];
}

/**
 * What a restoring step is to lift of the isolation that the alert names, on the hosts that the alert names.
 *
 * @param strategy of the lift, with an action for each way of isolating
 * @param before the lift's records so far
 * @throws ServiceError
 * @returns what is wrong if it is not known: another component's, or no longer on record; or if no action of the lift
 * undoes what was done to some hosts, or not in the right order
 */
export async function liftedIsolation(
  deps: LiftedIsolationDeps,
  { operation: lift }: ActionSubject,
  { stepId, action: { params } }: { readonly stepId: StepId; readonly action: Pick<Action, 'params'> },
  strategy: Strategy,
  before: readonly StepRecord[],
): Promise<LiftedIsolation | { readonly problem: string }> {
  const { component, alert } = lift;
  const unknown = { problem: `${alert.lifts}: no isolation of this component on record` };
  const operation = await deps.store.getOperation(alert.lifts ?? '');
  const plan = operation && (await deps.store.getPlan(operation.planId));
  if (!plan || operation.component !== component) return unknown;
  const isolations = isolationsIn(
    plan.strategy,
    operation,
    await deps.store.listSteps(operation.operationId),
  );
  const recordsOf = (byGroups: boolean) =>
    isolations.filter((one) => one.byGroups === byGroups).map(({ record }) => record);
  const change = mergedChange(recordsOf(true));
  const cutOff = await cutOffBy(deps, change, recordsOf(true));
  const isNamed = (id: string) => alert.targets.length === 0 || alert.targets.includes(id);
  const hosts = {
    security_groups: cutOff.filter(isNamed),
    // What an agent has not reported, it may have done: to undo what was never done changes nothing.
    agent: targetsOf(recordsOf(false)).filter(isNamed),
  };
  if (hosts.security_groups.length + hosts.agent.length === 0) return unknown;
  const ways = strategy.actions.flatMap(({ type, params: { by } }) =>
    type === 'restore_network' ? [by] : [],
  );
  for (const by of ['security_groups', 'agent'] as const)
    if (hosts[by].length > 0 && !ways.includes(by))
      return {
        problem: `${hosts[by].join(', ')}: isolated by ${by}, which no \`restore_network\` of this strategy undoes: add one with \`by: ${by}\``,
      };
  const twice = hosts.agent.filter((id) => cutOff.includes(id));
  if (twice.length > 0 && ways.indexOf('agent') < ways.indexOf('security_groups'))
    return {
      problem: `${twice.join(', ')}: isolated by security groups, and by the agent: put \`restore_network\` with \`by: security_groups\` before the one with \`by: agent\``,
    };
  if (isByGroups(params)) return { targets: hosts.security_groups, ...(change && { change }), twice };
  const batchOf = (id: StepId) => healStep(strategy, lift, id)?.batch;
  const batch = before.filter(
    (record) => batchOf(record.stepId) === batchOf(stepId) && record.failsAs !== 'ChangedBySomeoneElse',
  );
  // A host is let back in by its agent last: once it has done that, nothing is left to lift.
  const isReady = (id: string) => !twice.includes(id) || notLifted(batch) === undefined;
  return { targets: hosts.agent.filter(isReady), twice };
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
