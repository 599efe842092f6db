import type { Inspection, TargetResult } from '../../core/operation/inspection.ts';
import {
  type Ec2Instance,
  type InstanceStatus,
  type PowerState,
  powerState,
  rebootProblem,
  stopProblem,
} from '../../core/target/ec2-instance.ts';
import {
  describeInstanceReference,
  type InstanceChange,
  type InstanceReference,
  instanceReferenceId,
} from '../../core/target/instance-reference.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ec2Instances } from '../../ports/ec2-instances.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';
import { changeEach, undoEach } from './change-each.ts';
import type { Setting } from './change-setting.ts';
import { isFirstTry } from './sent-once.ts';

export interface InstanceBeginDeps {
  readonly instances: Omit<Ec2Instances, 'stoppedWith' | 'statuses' | 'interfaces' | 'setGroups'>;
  readonly clock: Clock;
}
export interface InstanceInspectDeps {
  readonly instances: Pick<Ec2Instances, 'statuses'>;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets'>;
  readonly clock: Clock;
}

/** EC2 checks an instance once a minute: what it says sooner may be from before the reboot. */
const CHECKED_AFTER_MS = 120_000;

/** Carries out an action on hosts by EC2 itself: it works though the agent on the host is dead. */
export async function begin(deps: InstanceBeginDeps, type: string, call: StepCall): Promise<Begun> {
  const ids = call.targets.map(({ id }) => id);
  const others = ids.filter((id) => !id.startsWith('i-'));
  if (others.length > 0) return failed(`${others.join(', ')}: not an EC2 instance`);
  switch (type) {
    case 'reboot_instance':
      return await reboot(deps, ids, call);
    case 'stop_instance':
      return await turn(deps, 'stop', ids, call);
    case 'start_instance':
      return await turn(deps, 'start', ids, call);
    case 'snapshot_volume':
      return await snapshot(deps, ids, call);
    default:
      return failed(`${type} cannot be done on a host by EC2`);
  }
}

/**
 * A reboot is relative, and leaves no trace in EC2's API: neither the state nor the launch time changes. So it is on
 * record before it is asked for, and is asked for at most once. Where the answer is lost, nobody knows; it is then left
 * to the next attempt to heal.
 */
async function reboot(
  { instances, clock }: InstanceBeginDeps,
  ids: readonly string[],
  { changes }: StepCall,
): Promise<Begun> {
  const found = await known(instances, ids);
  if ('outcome' in found) return found;
  if (!(await isFirstTry(changes)))
    throw new ServiceUnavailable(
      `${ids.join(', ')} may have been rebooted by an earlier try whose answer was lost; EC2 cannot tell, so they are not rebooted again`,
    );
  const problems = problemsOf(found, rebootProblem);
  if (problems.length > 0) return failed(problems.join('; '));
  await instances.reboot(ids);
  return under('reboot', ids, clock);
}

/**
 * Snapshots are asked for once, since each request takes others; after a lost answer they are looked for by their tag. A
 * snapshot holds what was on the volumes at that moment, though copying it takes longer: nothing waits for that.
 */
async function snapshot(
  { instances }: InstanceBeginDeps,
  ids: readonly string[],
  { changes, subject, stepId }: StepCall,
): Promise<Ended> {
  const found = await known(instances, ids);
  if ('outcome' in found) return found;
  const markerOf = (id: string) => `${subject.operation.operationId}/${stepId}/${id}`;
  const isFirst = await isFirstTry(changes);
  const taken: string[] = [];
  for (const id of ids) {
    const snapshots = await (isFirst
      ? instances.snapshot(id, markerOf(id))
      : instances.snapshotsOf(markerOf(id)));
    if (snapshots.length === 0 && !isFirst)
      throw new ServiceUnavailable(
        `an earlier try may have taken snapshots of ${id}, and EC2 does not list them; it is not asked for others`,
      );
    taken.push(`${id}: ${snapshots.join(', ')}`);
  }
  return { outcome: 'SUCCEEDED', detail: taken.join('; ') };
}

/** Stops or starts instances: absolute, so that a repetition changes nothing. */
async function turn(
  { instances, clock }: InstanceBeginDeps,
  change: 'stop' | 'start',
  ids: readonly string[],
  { params, changes }: StepCall,
): Promise<Begun> {
  const settings = new Map(ids.map((id) => [id, powerOf(instances, id)]));
  const wanted: PowerState = change === 'stop' ? 'stopped' : 'running';
  const isUndo = params['phase'] === 'undo';
  const changed = isUndo
    ? await undoEach(changes, settings)
    : await changeEach(changes, settings, async (id) => {
        const problem = await turnProblem(instances, id, change, params['loseInstanceStore'] === true);
        return problem === undefined ? wanted : { problem };
      });
  if (changed.outcome !== 'SUCCEEDED' || changed.changed.length === 0) return changed;
  return under(isUndo ? opposite(change) : change, changed.changed, clock);
}

const opposite = (change: 'stop' | 'start') => (change === 'stop' ? 'start' : 'stop');

async function turnProblem(
  instances: InstanceBeginDeps['instances'],
  id: string,
  change: 'stop' | 'start',
  mayLose: boolean,
): Promise<string | undefined> {
  const found = await known(instances, [id]);
  if ('outcome' in found) return found.detail;
  const [instance] = found as readonly [Ec2Instance];
  if (change === 'start')
    return powerState(instance.state) === 'running' || powerState(instance.state) === 'stopped'
      ? undefined
      : `it is ${instance.state}, and cannot be started`;
  return stopProblem(instance, await instances.hasInstanceStore(instance.type), mayLose);
}

function powerOf(instances: InstanceBeginDeps['instances'], id: string): Setting<string> {
  return {
    name: `state of ${id}`,
    describe: String,
    read: async () => {
      const [instance] = await instances.read([id]);
      return { value: instance === undefined ? 'gone' : (powerState(instance.state) ?? instance.state) };
    },
    write: async (state) => await (state === 'stopped' ? instances.stop(id) : instances.start(id)),
  };
}

/** @returns the failure, if EC2 does not know one of them */
async function known(
  instances: InstanceBeginDeps['instances'],
  ids: readonly string[],
): Promise<readonly Ec2Instance[] | Ended> {
  const found = await instances.read(ids);
  const missing = ids.filter((id) => !found.some((instance) => instance.id === id));
  return missing.length === 0 ? found : failed(`EC2 knows no instance ${missing.join(', ')}`);
}

function problemsOf(
  found: readonly Ec2Instance[],
  problem: (instance: Ec2Instance) => string | undefined,
): readonly string[] {
  return found.flatMap((instance) => {
    const why = problem(instance);
    return why === undefined ? [] : [`${instance.id}: ${why}`];
  });
}

function under(change: InstanceChange, ids: readonly string[], clock: Clock): Begun {
  return {
    reference: { executor: 'resource', id: instanceReferenceId({ change, sinceMs: clock.nowMs(), ids }) },
  };
}

function failed(detail: string): Ended {
  return { outcome: 'FAILED', detail };
}

/** Looks how far something has come that was begun on instances. */
export async function inspect(
  { instances, runbooks, clock }: InstanceInspectDeps,
  reference: InstanceReference,
): Promise<Inspection> {
  const { change, ids, sinceMs } = reference;
  const statuses = await instances.statuses(ids);
  const isNew = clock.nowMs() - sinceMs < CHECKED_AFTER_MS;
  const nodes = change === 'stop' ? [] : await runbooks.resolveTargets({ instanceIds: ids });
  // An agent reports when it starts: what it said before says nothing of the host that has booted since.
  const isOnline = (id: string) =>
    nodes.some(
      ({ instanceId, online, lastPingAtMs = Number.POSITIVE_INFINITY }) =>
        instanceId === id && online && lastPingAtMs > sinceMs,
    );
  const targets = ids.map((id): TargetResult => {
    const status = statuses.find((one) => one.id === id) ?? { id, state: 'unknown', check: 'unknown' };
    const result = resultOf(change, status, isNew, isOnline(id));
    return { ...result, exists: status.state !== 'unknown' && powerState(status.state) !== 'gone' };
  });
  const outcomes = targets.map(({ outcome }) => outcome);
  const failedOnes = outcomes.includes('FAILED');
  const isOver = !outcomes.includes(undefined);
  return {
    ...(isOver && { outcome: failedOnes ? 'FAILED' : 'SUCCEEDED' }),
    detail: `${describeInstanceReference(reference)}: ${targets.map(({ detail }) => detail).join('; ')}`,
    targets,
    targetCount: ids.length,
  };
}

/** An instance is back when EC2's checks pass and its agent is online: what comes next may need it. */
function resultOf(
  change: InstanceChange,
  { id, state, check }: InstanceStatus,
  isNew: boolean,
  isOnline: boolean,
): TargetResult {
  const power = powerState(state);
  if (power === 'gone') return { id, outcome: 'FAILED', detail: `${id} is ${state}` };
  if (change === 'stop')
    return state === 'stopped'
      ? { id, outcome: 'SUCCEEDED', detail: `${id} is stopped` }
      : { id, detail: `${id} is ${state}` };
  if (change === 'reboot' && power === 'stopped')
    return { id, outcome: 'FAILED', detail: `${id} is ${state}: someone else has stopped it` };
  if (state === 'stopped' && !isNew)
    return {
      id,
      outcome: 'FAILED',
      detail: `${id} was started, and is stopped: EC2 could not start it, or someone else has stopped it; for volumes encrypted with a key of your own, selfheal-act needs kms:CreateGrant on that key`,
    };
  if (change === 'reboot' && isNew) return { id, detail: `${id} has just been rebooted` };
  if (state === 'running' && check === 'ok' && isOnline)
    return {
      id,
      outcome: 'SUCCEEDED',
      detail: `${id} is running, passes EC2’s checks, and its agent is online`,
    };
  const agent = isOnline ? 'online' : 'offline';
  return { id, detail: `${id} is ${state}, EC2’s checks are ${check}, and its agent is ${agent}` };
}
