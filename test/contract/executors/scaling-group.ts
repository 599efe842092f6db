import { createScalingGroups } from '../../../functions/adapters/auto-scaling/scaling-groups.ts';
import { createEmbeddedScalingGroups } from '../../../local/embedded/auto-scaling/scaling-groups.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import type { ExecutorUnderTest } from './executor-under-test.ts';

const GROUP = 'web-asg';

/** No call of Auto Scaling has a token: what someone changes between a read and the write after it cannot be seen. */
export const groupSize: ExecutorUnderTest = {
  name: 'resource: size of a group',
  component: { targets: { autoScalingGroup: GROUP } },
  action: { type: 'scale_resources', params: { add: 2, atMost: 6 }, onError: 'rollback' },
  undo: { type: 'scale_resources', params: { phase: 'undo' } },
  open: () => {
    const groups = createEmbeddedScalingGroups();
    groups.create(GROUP, { desired: 2, minimum: 1, maximum: 6 });
    const client = createInProcessClient<never>('AutoScaling', groups.operations);
    return {
      ports: { scalingGroups: createScalingGroups(client) },
      effects: () =>
        groups.changes.map(({ from, to }) => ({ phase: to > from ? 'do' : 'undo', target: GROUP })),
    };
  },
};
