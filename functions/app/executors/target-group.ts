import type { Inspection } from '../../core/operation/inspection.ts';
import { groupProblem, registeredPorts } from '../../core/target/registered-target.ts';
import {
  describeRegistrationReference,
  type RegistrationChange,
  type RegistrationReference,
  registrationProgress,
  registrationReferenceId,
} from '../../core/target/registration-reference.ts';
import type { TargetGroups } from '../../ports/target-groups.ts';
import type { Begun, StepCall } from './action-call.ts';
import { changeEach, type EachEnded, undoEach } from './change-each.ts';
import type { Setting } from './change-setting.ts';

export interface TargetGroupBeginDeps {
  readonly targetGroups: TargetGroups;
}
export interface TargetGroupInspectDeps {
  readonly targetGroups: Pick<TargetGroups, 'read'>;
}

/**
 * Takes instances out of the target group of their component, or puts back those that the same operation has taken out,
 * on the ports that they had. Both go on by themselves: until connections have ended, until health checks pass.
 */
export async function begin(
  { targetGroups }: TargetGroupBeginDeps,
  type: string,
  { targets, changes, subject }: StepCall,
): Promise<Begun> {
  const { targetGroup } = subject.component;
  const ids = targets.map(({ id }) => id);
  if (targetGroup === undefined)
    return { outcome: 'FAILED', detail: `${subject.operation.component} declares no targetGroup` };
  const settings = new Map(ids.map((id) => [id, registrationOf(targetGroups, targetGroup, id)]));
  if (type === 'restore_target') {
    if (changes.undone === undefined)
      return { outcome: 'SUCCEEDED', detail: `${ids.join(', ')}: this operation has drained none of them` };
    return underWay('registration', targetGroup, await undoEach(changes, settings));
  }
  const drained = await changeEach(changes, settings, async () => {
    const problem = groupProblem(await targetGroups.read(targetGroup));
    return problem === undefined ? '' : { problem };
  });
  return underWay('deregistration', targetGroup, drained);
}

/** Looks whether instances are drained, or in service again. */
export async function inspect(
  { targetGroups }: TargetGroupInspectDeps,
  reference: RegistrationReference,
): Promise<Inspection> {
  const { change, ids, targetGroup } = reference;
  const listed = await targetGroups.read(targetGroup);
  const targets = ids.map((id) => ({ id, ...registrationProgress(change, id, listed) }));
  const outcomes = targets.map(({ outcome }) => outcome);
  const isOver = !outcomes.includes(undefined);
  return {
    ...(isOver && { outcome: outcomes.includes('FAILED') ? 'FAILED' : 'SUCCEEDED' }),
    detail: `${describeRegistrationReference(reference)}: ${targets.map(({ detail }) => detail).join('; ')}`,
    targets,
    targetCount: ids.length,
  };
}

function underWay(change: RegistrationChange, targetGroup: string, ended: EachEnded): Begun {
  const { changed, ...over } = ended;
  if (over.outcome !== 'SUCCEEDED' || changed.length === 0) return over;
  const id = registrationReferenceId({ change, ids: changed, targetGroup });
  // One that was out of the group already is waited for by nobody.
  return { reference: { executor: 'resource', id }, targets: changed };
}

/** The ports on which an instance is registered. What others register meanwhile, on other ports, is theirs. */
function registrationOf(targetGroups: TargetGroups, targetGroup: string, id: string): Setting<string> {
  const numbers = (ports: string) => ports.split(',').map(Number);
  return {
    name: `registration of ${id} in ${targetGroup.split('/')[1]}`,
    describe: (ports) => (ports === '' ? 'none' : `port ${ports}`),
    read: async () => {
      const ports = registeredPorts(await targetGroups.read(targetGroup), id);
      return { value: ports, token: ports };
    },
    write: async (ports, present) =>
      ports === ''
        ? await targetGroups.deregister(targetGroup, id, numbers(String(present)))
        : await targetGroups.register(targetGroup, id, numbers(ports)),
  };
}
