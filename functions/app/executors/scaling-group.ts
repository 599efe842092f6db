import { scalingGroupOf } from '../../core/configuration/target-selector.ts';
import { type Scaling, scaledCount } from '../../core/target/scaled-count.ts';
import { capacityProblem } from '../../core/target/scaling-group.ts';
import type { ScalingGroups } from '../../ports/scaling-groups.ts';
import type { Begun, StepCall } from './action-call.ts';
import { changeSetting, type Setting, undoSetting } from './change-setting.ts';

export interface ScalingGroupBeginDeps {
  readonly scalingGroups: Pick<ScalingGroups, 'read' | 'setCapacity'>;
}

/**
 * Sets how many instances the Auto Scaling group of a component is to have, or sets it back. It is over when Auto Scaling
 * has accepted the number: instances come and go later.
 */
export async function begin(
  { scalingGroups }: ScalingGroupBeginDeps,
  { params, changes, subject }: StepCall,
): Promise<Begun> {
  const { component, operation } = subject;
  const group = scalingGroupOf(component);
  if (group === undefined)
    return { outcome: 'FAILED', detail: `${operation.component} has no Auto Scaling group` };
  const setting: Setting<number> = {
    name: `desired capacity of ${group}`,
    describe: String,
    read: async () => ({ value: (await scalingGroups.read(group)).desired }),
    write: async (count) => await scalingGroups.setCapacity(group, count),
  };
  if (params['phase'] === 'undo') return await undoSetting(changes, setting);
  return await changeSetting(changes, setting, async (present) => {
    const wanted = scaledCount(present, params as Scaling);
    const problem = capacityProblem(await scalingGroups.read(group), wanted);
    return problem === undefined ? wanted : { problem };
  });
}
