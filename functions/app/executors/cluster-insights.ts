import type { EcsServices } from '../../ports/ecs-services.ts';
import type { Begun, StepCall } from './action-call.ts';
import { changeSetting, type Setting, undoSetting } from './change-setting.ts';

/** From the least detailed to the most. */
const LEVELS = ['disabled', 'enabled', 'enhanced'];

/**
 * Has CloudWatch collect more metrics of the cluster that a service of ECS runs in, of all its services, or sets that
 * back. A cluster of which it collects as much already is left as it is.
 */
export async function begin(
  services: Pick<EcsServices, 'insights' | 'setInsights'>,
  cluster: string,
  { params, changes }: StepCall,
): Promise<Begun> {
  const setting: Setting<string> = {
    name: `Container Insights of cluster ${cluster}`,
    describe: String,
    read: async () => ({ value: await services.insights(cluster) }),
    write: async (level) => await services.setInsights(cluster, level),
    isReadLate: true,
  };
  const wanted = String(params['containerInsights']);
  return params['phase'] === 'undo'
    ? await undoSetting(changes, setting)
    : await changeSetting(changes, setting, async (present) =>
        LEVELS.indexOf(present) < LEVELS.indexOf(wanted) ? wanted : present,
      );
}
