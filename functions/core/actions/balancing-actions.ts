import * as z from 'zod/mini';
import type { ActionParams, ResourceAction } from './action-definition.ts';

const READ = 'elasticloadbalancing:DescribeTargetHealth';
/** Until the reconciler has seen that the connections have ended: at once, or after five minutes by default. */
const usualSeconds = { host: 60 };

/** Takes hosts out of their load balancer. */
export const drainTarget: ResourceAction = {
  executor: 'resource',
  type: 'drain_target',
  targetKinds: ['host'],
  summary: 'Deregister the instance from the component’s target group, and wait until its connections end.',
  params: z.strictObject({}),
  needs: ['targetGroup'],
  effect: () => 'drains',
  defaultTimeoutSeconds: 420,
  calls: { host: [READ, 'elasticloadbalancing:DeregisterTargets'] },
  usualSeconds,
  undo: 'restore_target',
  undoParams: (): ActionParams => ({}),
};

/** Puts hosts back into their load balancer. */
export const restoreTarget: ResourceAction = {
  executor: 'resource',
  type: 'restore_target',
  targetKinds: ['host'],
  summary:
    'Register the instance again, on the ports that it had, and wait until the load balancer calls it healthy.',
  params: z.strictObject({}),
  needs: ['targetGroup'],
  effect: () => 'readmits',
  defaultTimeoutSeconds: 300,
  calls: { host: [READ, 'elasticloadbalancing:RegisterTargets'] },
  usualSeconds,
  undoes: () => true,
};
