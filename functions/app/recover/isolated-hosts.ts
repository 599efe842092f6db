import { isHybrid } from '../../core/configuration/target-selector.ts';
import type { Denial } from '../../core/denial.ts';
import { hasEffect, type Isolation, isolationsIn } from '../../core/operation/isolations.ts';
import { powerState } from '../../core/target/ec2-instance.ts';
import type { Ec2Instances } from '../../ports/ec2-instances.ts';
import { NotPermitted } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';

export interface IsolatedHostsDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps'>;
  readonly instances: Pick<Ec2Instances, 'read' | 'interfaces'>;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets'>;
}

/** The security groups of interfaces by their ids, each joined by commas. */
type Groups = Readonly<Record<string, string>>;

/** The state of hosts that an operation has isolated. */
export interface IsolatedHosts {
  /** Ids of those that are terminated, or that Systems Manager no longer manages. */
  readonly gone: readonly string[];
  /**
   * Ids of those on which no interface still has the group of any known isolation. Of an isolation by agents, only
   * hosts know.
   */
  readonly letIn: readonly string[];
  /** Ids of those whose isolation changed something, so that a lift can undo it: the others were isolated already. */
  readonly liftable: readonly string[];
  /** How they were isolated; none without its records, and then nothing can be lifted. */
  readonly isolations: readonly Isolation[];
  /** A permission without which nothing is known of EC2’s instances. */
  readonly denial?: Denial;
}

/**
 * Looks at hosts that an operation has isolated. What may not be looked at counts as isolated.
 *
 * @param others operations that may have changed the groups of the hosts, too
 * @throws ServiceError, but not NotPermitted
 */
export async function isolatedHosts(
  deps: IsolatedHostsDeps,
  operationId: string,
  targets: readonly string[],
  others: readonly string[],
): Promise<IsolatedHosts> {
  const isolations = (await isolationsOf(deps, operationId)) ?? [];
  const liftable = targets.filter((id) => isolations.some((one) => hasEffect(one) && isOf(id, one)));
  try {
    const gone = await goneOf(deps, targets);
    const left = targets.filter((id) => !gone.includes(id));
    return { isolations, liftable, gone, letIn: await letInByOthers(deps, isolations, others, left) };
  } catch (error) {
    if (!(error instanceof NotPermitted)) throw error;
    return { isolations, liftable, gone: [], letIn: [], denial: error.denial };
  }
}

/** @returns `undefined` where the records of the operation are gone */
async function isolationsOf(
  { store }: Pick<IsolatedHostsDeps, 'store'>,
  operationId: string,
): Promise<readonly Isolation[] | undefined> {
  const operation = await store.getOperation(operationId);
  const plan = operation && (await store.getPlan(operation.planId));
  return plan && isolationsIn(plan.strategy, operation, await store.listSteps(operationId));
}

const isOf = (id: string, { record }: Isolation): boolean => record.targets.includes(id);

/** EC2 decides, where it knows the instance. What neither EC2 nor Systems Manager knows is gone. */
async function goneOf(
  { instances, runbooks }: IsolatedHostsDeps,
  targets: readonly string[],
): Promise<readonly string[]> {
  const own = targets.filter((id) => !isHybrid(id));
  const found = own.length === 0 ? [] : await instances.read(own);
  const states = new Map(found.map(({ id, state }) => [id, powerState(state)]));
  const unknown = targets.filter((id) => !states.has(id));
  const nodes = unknown.length === 0 ? [] : await runbooks.resolveTargets({ instanceIds: unknown });
  const managed = new Set(
    nodes.flatMap(({ instanceId, online }) => (online || isHybrid(instanceId) ? [instanceId] : [])),
  );
  return targets.filter((id) => (states.has(id) ? states.get(id) === 'gone' : !managed.has(id)));
}

/**
 * Only where the groups of a host were changed do its groups say that someone has lifted that. A group of another
 * isolation still cuts it off; where the groups of one are not known, it counts as isolated.
 */
async function letInByOthers(
  deps: IsolatedHostsDeps,
  isolations: readonly Isolation[],
  others: readonly string[],
  targets: readonly string[],
): Promise<readonly string[]> {
  if (isolations.some(({ byGroups }) => !byGroups)) return [];
  const changed = targets.filter((id) => isolations.some((one) => one.record.change && isOf(id, one)));
  if (changed.length === 0) return [];
  const cutOffBy = new Set(groupsOf(isolations));
  for (const other of others) {
    const known = await isolationsOf(deps, other);
    if (known === undefined) return [];
    for (const groups of groupsOf(known)) cutOffBy.add(groups);
  }
  const found = await deps.instances.interfaces(changed);
  return changed.filter((id) => {
    const own = found.filter(({ instanceId }) => instanceId === id);
    return own.length > 0 && !own.some(({ groups }) => cutOffBy.has(groups.join()));
  });
}

const groupsOf = (isolations: readonly Isolation[]): readonly string[] =>
  isolations.flatMap(({ record }) => Object.values(JSON.parse(record.change?.intended ?? '{}') as Groups));
