import type { NetworkInterface } from '../../core/target/ec2-instance.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ec2Instances } from '../../ports/ec2-instances.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';
import { changeEach, undoEach } from './change-each.ts';
import type { Setting } from './change-setting.ts';
import type { Begin } from './executor.ts';

/** EC2's reads follow its writes with a delay, which is rarely longer than a few seconds. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 2_000;

export interface InterfaceBeginDeps {
  readonly clock: Clock;
  readonly instances: Pick<Ec2Instances, 'interfaces' | 'setGroups'>;
}

/** Cuts hosts off by the security groups of all their network interfaces, and puts the groups back that were there. */
export const begin: Begin<'run_command', InterfaceBeginDeps, StepCall> = async (
  { instances, clock },
  { type, params: schema },
  call,
): Promise<Begun> => {
  const params = schema.parse(call.params);
  const ids = call.targets.map(({ id }) => id);
  const group = String(params['securityGroup']);
  switch (type) {
    case 'isolate_network':
      return await isolate({ instances, clock }, ids, group, call);
    case 'restore_network':
      return await restore(instances, ids, call);
    case 'verify_containment': {
      const open = await openInterfaces(instances, ids, group);
      return open.length === 0
        ? { outcome: 'SUCCEEDED', detail: `${ids.join(', ')}: isolated by ${group}` }
        : { outcome: 'FAILED', detail: open.join('; ') };
    }
    default:
      return { outcome: 'FAILED', detail: `${type} cannot be done by security groups` };
  }
};

async function isolate(
  { instances, clock }: InterfaceBeginDeps,
  ids: readonly string[],
  group: string,
  { changes }: StepCall,
): Promise<Ended> {
  const found = await instances.interfaces(ids);
  const bare = ids.filter((id) => !found.some(({ instanceId }) => instanceId === id));
  if (bare.length > 0)
    return { outcome: 'FAILED', detail: `EC2 knows no network interface of ${bare.join(', ')}` };
  const ended = await changeEach(changes, groupsOf(instances, found), async () => group);
  if (ended.outcome !== 'SUCCEEDED') return ended;
  for (let look = 1; ; look += 1) {
    const open = await openInterfaces(instances, ids, group);
    if (open.length === 0) return ended;
    if (look === LOOKS) return { outcome: 'FAILED', detail: open.join('; ') };
    await clock.sleep(BETWEEN_LOOKS_MS);
  }
}

async function restore(
  instances: InterfaceBeginDeps['instances'],
  ids: readonly string[],
  { changes }: StepCall,
): Promise<Ended> {
  if (changes.undone === undefined)
    return {
      outcome: 'SUCCEEDED',
      detail:
        'this operation has changed no security groups; those that another one has set stay as they are',
    };
  return await undoEach(changes, groupsOf(instances, await instances.interfaces(ids)));
}

/** The instances that are not cut off, by their ids. */
export async function openInstances(
  { interfaces }: Pick<Ec2Instances, 'interfaces'>,
  ids: readonly string[],
  group: string,
): Promise<readonly string[]> {
  const found = await interfaces(ids);
  const isCutOff = (id: string) => {
    const own = found.filter(({ instanceId }) => instanceId === id);
    return own.length > 0 && own.every(({ groups }) => groups.join() === group);
  };
  return ids.filter((id) => !isCutOff(id));
}

/** Why instances are not cut off: interfaces with other groups, or none that EC2 knows. */
export async function openInterfaces(
  instances: Pick<Ec2Instances, 'interfaces'>,
  ids: readonly string[],
  group: string,
): Promise<readonly string[]> {
  const found = await instances.interfaces(ids);
  return ids.flatMap((id) => {
    const own = found.filter(({ instanceId }) => instanceId === id);
    if (own.length === 0) return [`EC2 knows no network interface of ${id}`];
    return own
      .filter(({ groups }) => groups.join() !== group)
      .map(({ id: name, groups }) => `${name} of ${id} has ${groups.join(', ') || 'no group'}, not ${group}`);
  });
}

function groupsOf(
  instances: InterfaceBeginDeps['instances'],
  found: readonly NetworkInterface[],
): ReadonlyMap<string, Setting<string>> {
  return new Map(found.map(({ id, instanceId }) => [id, groupsSetting(instances, id, instanceId)]));
}

function groupsSetting(
  instances: InterfaceBeginDeps['instances'],
  id: string,
  instanceId: string,
): Setting<string> {
  return {
    name: `security groups of ${id} (${instanceId})`,
    describe: (groups) => groups || 'none',
    read: async () => {
      const own = (await instances.interfaces([instanceId])).find((one) => one.id === id);
      return { value: own?.groups.join() ?? 'none: it is detached' };
    },
    write: async (groups) => await instances.setGroups(id, groups.split(',')),
    isReadLate: true,
  };
}
