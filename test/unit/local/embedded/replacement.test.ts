import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { createVirtualClock } from '../../../../local/embedded/clock/virtual-clock.ts';
import { createEmbeddedCloud } from '../../../../local/embedded/embedded-cloud.ts';
import { createSimulatedHosts } from '../../../../local/embedded/hosts/simulated-hosts.ts';
import { createSeededRandom } from '../../../../local/embedded/random/seeded-random.ts';
import { MINUTE_MS, START_MS } from './embedded-lab.ts';

const GROUP = 'web-asg';
const ARN = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
const [A, B, C] = ['a', 'b', 'c'].map((end) => `i-0000000000000000${end}`) as [string, string, string];

const CONFIGURATION = `
settings: { repairTimeoutSeconds: 1h }
components:
  web:
    targets: { autoScalingGroup: ${GROUP} }
    targetGroup: ${ARN}
    service: web.service
    signals: [dead]
strategies:
  - id: replace
    components: [web]
    trigger: { metrics: [dead] }
    actions: [{ type: replace_instance, timeoutSeconds: 10m }]
    verify: { by: runbook, timeoutSeconds: 1m, stableSeconds: 10s }
    maxAttempts: 1
`;

/** A group of three, of which two are reported. @param isHealthy whether the service runs on a host */
async function replaced(isHealthy: (id: string) => boolean) {
  const loaded = loadConfiguration(CONFIGURATION, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const clock = createVirtualClock(START_MS);
  const { key, value } = loaded.compiled.settings.managedTag;
  const node = (instanceId: string) => ({
    instanceId,
    tags: { [key]: value, 'aws:autoscaling:groupName': GROUP },
    platformType: 'Linux' as const,
    computerName: instanceId,
    ipAddress: '10.0.0.1',
  });
  const hosts = createSimulatedHosts({
    clock,
    nodes: [A, B, C].map(node),
    perform: ({ instanceId }) => ({ takesMs: 3_000, exitCode: isHealthy(instanceId) ? 0 : 1 }),
  });
  const cloud = await createEmbeddedCloud({
    configuration: loaded.compiled,
    random: createSeededRandom(1),
    endpoints: { probe: async () => 'good' as const },
    onInstanceLaunched: (id, predecessor) => hosts.replace(predecessor, node(id)),
    ...{ clock, hosts },
  });
  const { scalingGroups, balancedGroups } = cloud;
  scalingGroups.create(GROUP, {
    ...{ desired: 3, minimum: 1, maximum: 4 },
    ...{ instances: [A, B, C], targetGroups: [ARN] },
  });
  balancedGroups.create(ARN, 80);
  for (const id of [A, B, C]) balancedGroups.put(ARN, id, 80, 'healthy');
  cloud.bus.putEvent({
    source: 'selfheal',
    detailType: 'Selfheal Signal',
    detail: { component: 'web', metric: 'dead', severity: 'CRITICAL', targets: [A, B] },
  });
  await clock.runUntilIdle(60 * MINUTE_MS);
  await clock.advance(MINUTE_MS);
  const [operation] = await cloud.store.listOperations(10);
  return {
    operation,
    terminated: scalingGroups.terminated,
    serving: balancedGroups.serving(ARN),
    steps: await cloud.store.listSteps(operation?.operationId ?? ''),
  };
}

describe('a group of which two instances are dead', () => {
  it('has one replaced after the other, and is healed when the new ones are healthy', async () => {
    const { operation, terminated, serving, steps } = await replaced((id) => id !== A && id !== B);
    expect(operation).toMatchObject({ state: 'COMPLETED', result: 'SUCCESS' });
    expect(terminated).toEqual([A, B]);
    expect(serving).toHaveLength(3);
    const fresh = serving.filter((id) => id !== C);
    expect(steps.map(({ action, targets }) => [action, targets])).toEqual([
      ['replace_instance', [A]],
      ['verify_health', [fresh[0]]],
      ['replace_instance', [B]],
      ['verify_health', [fresh[1]]],
      ['verify_health', fresh],
    ]);
  });

  it('keeps the second one if the first new one is no better', async () => {
    const { operation, terminated } = await replaced((id) => id === C);
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'BatchNotHealthy' } });
    expect(terminated).toEqual([A]);
  });
});
