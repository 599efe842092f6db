import type { LoadBalancers } from '../../ports/load-balancers.ts';
import type { Begun, StepCall } from './action-call.ts';
import { changeSetting, type Setting, undoSetting } from './change-setting.ts';

export interface BalancerBeginDeps {
  readonly loadBalancers: LoadBalancers;
}

/**
 * Sets how long a connection to the load balancer of a component may be idle, or sets it back. It holds for all that the
 * load balancer serves, and for requests that come after.
 */
export async function begin(
  { loadBalancers }: BalancerBeginDeps,
  { params, changes, subject }: StepCall,
): Promise<Begun> {
  const { loadBalancer } = subject.component;
  if (loadBalancer === undefined)
    return { outcome: 'FAILED', detail: `${subject.operation.component} declares no loadBalancer` };
  const setting: Setting<number> = {
    name: `idle time-out of ${loadBalancer.split('/')[2]}`,
    describe: (seconds) => `${seconds} s`,
    read: async () => ({ value: await loadBalancers.idleTimeout(loadBalancer) }),
    write: async (seconds) => await loadBalancers.setIdleTimeout(loadBalancer, seconds),
  };
  return params['phase'] === 'undo'
    ? await undoSetting(changes, setting)
    : await changeSetting(changes, setting, async () => Number(params['to']));
}
