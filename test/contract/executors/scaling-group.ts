import { createScalingGroups } from '../../../functions/adapters/auto-scaling/scaling-groups.ts';
import { createEmbeddedScalingGroups } from '../../../local/embedded/auto-scaling/scaling-groups.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { node, recordingRunbooks } from '../../factories/ports/recording-runbooks.ts';
import { type ExecutorUnderTest, overwritten } from './executor-under-test.ts';

const GROUP = 'web-asg';

/**
 * No call of Auto Scaling has a token: what someone changes between a read and the write after it cannot be seen. Someone
 * else sets sizes that Selfheal never wants, another one each time.
 */
export const groupSize: ExecutorUnderTest = {
  name: 'resource: size of a group',
  component: { targets: { autoScalingGroup: GROUP } },
  action: { type: 'scale_resources', params: { add: 2, atMost: 900 }, onError: 'rollback' },
  undo: { type: 'scale_resources', params: { phase: 'undo' } },
  gap: { reads: ['scalingGroups.read'], writes: ['scalingGroups.setCapacity'] },
  open: () => {
    let theirs = 10;
    const groups = createEmbeddedScalingGroups();
    groups.create(GROUP, { desired: 2, minimum: 1, maximum: 900 });
    const client = createInProcessClient<never>('AutoScaling', groups.operations);
    return {
      ports: { scalingGroups: createScalingGroups(client) },
      effects: () =>
        groups.changes.map(({ from, to }) => ({ phase: to > from ? 'do' : 'undo', target: GROUP })),
      interfere: () => {
        theirs += 3;
        groups.set(GROUP, { desired: theirs });
      },
      contradictions: (records) =>
        overwritten(
          records,
          groups.changes.map(({ from, to }) => ({ before: String(from), after: String(to) })),
        ),
    };
  },
};

const MEMBERS = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'];

/** A request names the instance: a repetition terminates no other one. Someone else makes the group smaller. */
export const replacement: ExecutorUnderTest = {
  name: 'resource: replacement of instances in a group',
  component: { targets: { autoScalingGroup: GROUP }, maxConcurrentTargets: 2, minHealthyTargets: 0 },
  alert: { targets: MEMBERS.slice(0, 2) },
  action: { type: 'replace_instance', onError: 'rollback' },
  open: ({ clock }) => {
    const runbooks = recordingRunbooks();
    runbooks.nodes = MEMBERS.map((id) => node(id));
    const groups = createEmbeddedScalingGroups({
      clock,
      onLaunched: (id) => {
        runbooks.nodes = [...runbooks.nodes, node(id)];
      },
      onTerminating: (id) => {
        runbooks.nodes = runbooks.nodes.filter(({ instanceId }) => instanceId !== id);
      },
    });
    groups.create(GROUP, { desired: 3, minimum: 1, maximum: 6, instances: MEMBERS });
    const client = createInProcessClient<never>('AutoScaling', groups.operations);
    return {
      ports: { runbooks, scalingGroups: createScalingGroups(client) },
      effects: () => groups.terminated.map((target) => ({ phase: 'do', target })),
      interfere: () => groups.set(GROUP, { desired: 2 }),
      isInterferenceIntact: () => Object.keys(groups.instancesOf(GROUP)).length >= 2,
    };
  },
};
