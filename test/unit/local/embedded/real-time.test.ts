import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { createRealClock } from '../../../../local/embedded/clock/real-clock.ts';
import { createEmbeddedCloud } from '../../../../local/embedded/embedded-cloud.ts';
import { createSimulatedHosts } from '../../../../local/embedded/hosts/simulated-hosts.ts';
import { createSimulatedServices } from '../../../../local/embedded/hosts/simulated-services.ts';
import { createSeededRandom } from '../../../../local/embedded/random/seeded-random.ts';
import { MONITOR } from '../../../factories/events/selfheal-event.ts';

const CONFIGURATION = `
components:
  db:
    targets: { instanceIds: [i-0a1b2c3d4e5f60001] }
    service: db.service
    alarms: { memory: { metric: memory, threshold: 90, evaluationPeriods: 1 } }
    health: { url: 'https://db.example.com/health' }
strategies:
  - id: restart
    trigger: { metrics: [memory] }
    actions: [{ type: start_component }]
    verify: { stableSeconds: 0s }
`;

describe('the embedded cloud in real time', () => {
  it('heals in about a second', async () => {
    const loaded = loadConfiguration(CONFIGURATION, 'real-time.yaml');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { compiled: configuration } = loaded;
    const clock = createRealClock();
    const services = createSimulatedServices(configuration.components);
    const { key, value } = configuration.settings.managedTag;
    const hosts = createSimulatedHosts({
      clock,
      nodes: [
        {
          instanceId: 'i-0a1b2c3d4e5f60001',
          tags: { [key]: value },
          platformType: 'Linux',
          computerName: 'db',
          ipAddress: '10.0.0.1',
        },
      ],
      perform: () => ({ takesMs: 300 }),
      onDone: services.onDone,
    });
    const random = createSeededRandom(1);
    const cloud = await createEmbeddedCloud({
      configuration,
      clock,
      random,
      hosts,
      endpoints: services.endpoints,
    });
    services.sicken('db', { curedBy: ['start_component'] });
    cloud.bus.putEvent({
      source: MONITOR,
      detailType: 'Selfheal Signal',
      detail: { component: 'db', metric: 'memory' },
    });
    await expect
      .poll(async () => (await cloud.store.listOperations(1))[0]?.state, { timeout: 10_000, interval: 50 })
      .toBe('COMPLETED');
    cloud.close();
    expect(cloud.defects()).toEqual([]);
  });
});
