import * as z from 'zod/mini';
import type { ResourceAction } from './action-definition.ts';
import { changesBack, phase } from './phase.ts';

const TURNED_SECONDS = 600;
const usualSeconds = { host: 180 };

/** Reboots by EC2: the host need not answer. */
export const rebootInstance: ResourceAction = {
  executor: 'resource',
  type: 'reboot_instance',
  targetKinds: ['host'],
  summary: 'Reboot the instance through EC2, whether or not its agent answers, and wait until it is back.',
  params: z.strictObject({}),
  needs: [],
  effect: () => 'restarts',
  defaultTimeoutSeconds: TURNED_SECONDS,
  calls: { host: ['ec2:DescribeInstanceStatus', 'ec2:DescribeInstances', 'ec2:RebootInstances'] },
  usualSeconds,
};

/** Stops instances, and starts again those that it has stopped. */
export const stopInstance: ResourceAction = {
  executor: 'resource',
  type: 'stop_instance',
  targetKinds: ['host'],
  summary: 'Stop the instance through EC2; refused where that would lose data or have it replaced.',
  params: z.strictObject({
    loseInstanceStore: z
      ._default(z.boolean(), false)
      .check(z.describe('`true`: stop it even if it has instance store, whose data is lost.')),
    phase,
  }),
  needs: [],
  effect: ({ phase }) => (phase === 'undo' ? 'starts' : 'stops'),
  defaultTimeoutSeconds: TURNED_SECONDS,
  calls: {
    host: [
      'ec2:DescribeInstanceStatus',
      'ec2:DescribeInstanceTypes',
      'ec2:DescribeInstances',
      'ec2:StartInstances',
      'ec2:StopInstances',
    ],
  },
  usualSeconds,
  ...changesBack('stop_instance'),
};

/** Starts instances, and stops again those that it has started. */
export const startInstance: ResourceAction = {
  executor: 'resource',
  type: 'start_instance',
  targetKinds: ['host'],
  summary: 'Start the instance through EC2, and wait until it is up.',
  params: z.strictObject({ phase }),
  needs: [],
  effect: ({ phase }) => (phase === 'undo' ? 'stops' : 'starts'),
  defaultTimeoutSeconds: TURNED_SECONDS,
  calls: {
    host: ['ec2:DescribeInstanceStatus', 'ec2:DescribeInstances', 'ec2:StartInstances', 'ec2:StopInstances'],
  },
  usualSeconds,
  ...changesBack('start_instance'),
};

/** Takes snapshots; they stay when the repair is undone. */
export const snapshotVolume: ResourceAction = {
  executor: 'resource',
  type: 'snapshot_volume',
  targetKinds: ['host'],
  summary:
    'Take a snapshot of all EBS volumes of the instance, at one moment, before anything is done to it.',
  params: z.strictObject({}),
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: 30,
  calls: {
    host: ['ec2:CreateSnapshots', 'ec2:CreateTags', 'ec2:DescribeInstances', 'ec2:DescribeSnapshots'],
  },
};

const REPLACES = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeInstanceRefreshes',
  'autoscaling:DescribeScalingActivities',
  'autoscaling:TerminateInstanceInAutoScalingGroup',
];
const BALANCED = 'elasticloadbalancing:DescribeTargetHealth';

/** Has Auto Scaling terminate instances and launch others. What was on them is gone: nothing undoes that. */
export const replaceInstance: ResourceAction = {
  executor: 'resource',
  type: 'replace_instance',
  targetKinds: ['host'],
  inScalingGroup: 'member',
  summary:
    'Have the Auto Scaling group terminate the instance and launch another, and wait until that one serves. There is no undo.',
  params: z.strictObject({}),
  needs: [],
  effect: () => 'replaces',
  defaultTimeoutSeconds: 900,
  calls: { host: [...REPLACES, BALANCED] },
  callsWith: (_kind, _params, { targetGroup }) =>
    targetGroup === undefined ? REPLACES : [...REPLACES, BALANCED],
  usualSeconds: { host: 240 },
};
