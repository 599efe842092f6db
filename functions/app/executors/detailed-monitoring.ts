import { powerState } from '../../core/target/ec2-instance.ts';
import type { Ec2Instances } from '../../ports/ec2-instances.ts';
import type { Begun, StepCall } from './action-call.ts';
import { changeEach, undoEach } from './change-each.ts';
import type { Setting } from './change-setting.ts';

type Monitoring = 'detailed' | 'basic' | 'none: it is gone';

/**
 * Has EC2 report the metrics of instances each minute, and back to every five minutes where it was this operation that
 * changed it.
 */
export async function begin(
  instances: Pick<Ec2Instances, 'read' | 'monitor' | 'unmonitor'>,
  { targets, params, changes }: StepCall,
): Promise<Begun> {
  const settings = new Map(targets.map(({ id }) => [id, monitoringOf(instances, id)]));
  const { changed: _, ...ended } =
    params['phase'] === 'undo'
      ? await undoEach(changes, settings)
      : await changeEach(changes, settings, async (_id, present) =>
          present === 'detailed' || present === 'basic'
            ? 'detailed'
            : { problem: 'EC2 does not know it, or has terminated it' },
        );
  return ended;
}

function monitoringOf(
  instances: Pick<Ec2Instances, 'read' | 'monitor' | 'unmonitor'>,
  id: string,
): Setting<Monitoring> {
  return {
    name: `monitoring of ${id}`,
    describe: String,
    read: async () => {
      const [instance] = await instances.read([id]);
      if (instance === undefined || powerState(instance.state) === 'gone')
        return { value: 'none: it is gone' };
      return { value: instance.isMonitored ? 'detailed' : 'basic' };
    },
    write: async (monitoring) =>
      await (monitoring === 'detailed' ? instances.monitor(id) : instances.unmonitor(id)),
    isReadLate: true,
  };
}
