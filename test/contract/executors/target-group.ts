import { createTargetGroups } from '../../../functions/adapters/elastic-load-balancing/target-groups.ts';
import { createBalancedGroups } from '../../../local/embedded/elastic-load-balancing/balanced-groups.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { recordingRunbooks } from '../../factories/ports/recording-runbooks.ts';
import type { ExecutorUnderTest } from './executor-under-test.ts';

const HOSTS = ['i-0000000000000000a', 'i-0000000000000000b'];
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
const THEIR_PORT = 8443;

/** Someone else registers one of the hosts on another port. */
export const drain: ExecutorUnderTest = {
  name: 'resource: registrations in a target group',
  component: {
    targets: { instanceIds: HOSTS },
    targetGroup: GROUP,
    maxConcurrentTargets: 2,
    minHealthyTargets: 0,
  },
  action: { type: 'drain_target', onError: 'rollback' },
  undo: { type: 'restore_target' },
  open: ({ clock, random }) => {
    const groups = createBalancedGroups({ clock });
    groups.create(GROUP, 80);
    for (const id of HOSTS) groups.put(GROUP, id, 80, 'healthy');
    const runbooks = recordingRunbooks();
    runbooks.nodes = HOSTS.map((instanceId) => ({ instanceId, online: true, platform: 'Linux' }));
    const targetGroups = createTargetGroups(createInProcessClient('ElasticLoadBalancing', groups.operations));
    const victim = HOSTS[random() < 0.5 ? 0 : 1] ?? '';
    return {
      ports: { runbooks, targetGroups },
      effects: () =>
        groups.effects
          .filter(({ port }) => port === 80)
          .map(({ kind, id }) => ({ phase: kind === 'deregistered' ? 'do' : 'undo', target: id })),
      interfere: () => groups.put(GROUP, victim, THEIR_PORT, 'healthy'),
      // What was there before goes with the rest, and comes back with it. What came later stays.
      isInterferenceIntact: () =>
        groups.effects.every(({ id, kind, port }, index) => {
          const before = groups.effects[index - 1];
          return port !== THEIR_PORT || (before?.id === id && before.kind === kind && before.port === 80);
        }),
    };
  },
};
