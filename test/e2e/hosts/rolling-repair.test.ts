import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { createRealClock } from '../../../local/embedded/clock/real-clock.ts';
import { createEmbeddedCloud, type EmbeddedCloud } from '../../../local/embedded/embedded-cloud.ts';
import { createSeededRandom } from '../../../local/embedded/random/seeded-random.ts';
import { type Host, startHost } from '../../../local/hosts/host.ts';
import { createNspawnHostRunner } from '../../../local/ssm/nspawn-host-runner.ts';
import { MONITOR } from '../../factories/events/selfheal-event.ts';
import { requirement } from '../../factories/requirements.ts';

const A = 'i-0a1b2c3d4e5f6000a';
const B = 'i-0a1b2c3d4e5f6000b';
const LOOK_EVERY_MS = 50;

const CONFIGURATION = `
components:
  web:
    targets: { instanceIds: [${A}, ${B}] }
    service: nginx.service
    tempPaths: [/var/cache/web]
    health: { url: 'https://web.example.com/', hostUrl: 'http://127.0.0.1/' }
    signals: [error_rate]
strategies:
  - id: restart
    trigger: { metrics: [error_rate] }
    actions: [{ type: graceful_stop }, { type: clear_temp_files }, { type: start_component }]
    verify: { by: runbook, timeoutSeconds: 20s, stableSeconds: 2s }
    cooldownSeconds: 0s
`;

describe.skipIf(!requirement('hosts'))('a rolling repair of two real hosts', { timeout: 180_000 }, () => {
  let hosts: readonly Host[] = [];
  let cloud: EmbeddedCloud;

  beforeAll(async () => {
    const tags = { 'selfheal:managed': 'true' };
    hosts = await Promise.all([
      startHost({ name: 'web-a', instanceId: A, tags }),
      startHost({ name: 'web-b', instanceId: B, tags }),
    ]);
    for (const host of hosts) await host.exec('mkdir -p /var/cache/web && systemctl start nginx');
    const loaded = loadConfiguration(CONFIGURATION, 'rolling.yaml');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    cloud = await createEmbeddedCloud({
      configuration: loaded.compiled,
      clock: createRealClock(),
      random: createSeededRandom(1),
      hosts: createNspawnHostRunner(() => hosts),
      endpoints: { probe: async () => 'good' },
    });
    await vi.waitUntil(() => hosts.every((host) => host.agentConnected()), { timeout: 30_000 });
  }, 300_000);
  afterAll(async () => {
    cloud?.close();
    await Promise.all(hosts.map((host) => host.stop()));
  });

  const startOf = async (host: Host | undefined) =>
    (await host?.exec('systemctl show nginx --property=InvocationID --value'))?.stdout.trim();
  const serves = async ({ ip }: Host) => {
    try {
      return (await fetch(`http://${ip}/`)).ok;
    } catch {
      return false;
    }
  };
  /** Signals, and waits for the nth operation to end. */
  const repaired = async (nth: number) => {
    cloud.bus.putEvent({
      source: MONITOR,
      detailType: 'Selfheal Signal',
      detail: { component: 'web', metric: 'error_rate', signalId: `errors-${nth}` },
    });
    const newest = async () => {
      const operations = await cloud.store.listOperations(10);
      return operations.length === nth ? operations[0] : undefined;
    };
    const isOver = async () => ['COMPLETED', 'FAILED'].includes((await newest())?.state ?? '');
    await expect.poll(isOver, { timeout: 120_000, interval: 200 }).toBe(true);
    const operation = await newest();
    if (!operation) throw new Error('no operation');
    return { operation, steps: await cloud.store.listSteps(operation.operationId) };
  };

  it('stops, clears and starts the service on one, checks it, then the other; one always serves', async () => {
    const before = await Promise.all(hosts.map(startOf));
    let isRunning = true;
    const serving: number[] = [];
    const watching = (async () => {
      while (isRunning) {
        serving.push((await Promise.all(hosts.map(serves))).filter(Boolean).length);
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    })();
    const { operation, steps } = await repaired(1);
    isRunning = false;
    await watching;

    expect(operation).toMatchObject({ state: 'COMPLETED', layout: { batches: [[A], [B]] } });
    const did = steps.filter(({ stepId }) => stepId.startsWith('heal'));
    expect(did.map(({ action, targets, outcome }) => [action, ...targets, outcome])).toEqual(
      [A, B].flatMap((id) => [
        ['graceful_stop', id, 'SUCCEEDED'],
        ['clear_temp_files', id, 'SUCCEEDED'],
        ['start_component', id, 'SUCCEEDED'],
        ['verify_health', id, 'SUCCEEDED'],
      ]),
    );
    expect(Math.min(...serving)).toBe(1);
    const after = await Promise.all(hosts.map(startOf));
    expect(after.map((id, index) => id === before[index])).toEqual([false, false]);
  });

  it('looks first, and repairs only the one whose service is down', async () => {
    const [first, second] = hosts;
    const before = await startOf(first);
    await second?.exec('systemctl kill --signal=KILL nginx; systemctl stop nginx');
    const { operation } = await repaired(2);
    expect(operation).toMatchObject({
      state: 'COMPLETED',
      layout: { batches: [[B]], skipped: { [A]: 'healthy' } },
    });
    expect(await startOf(first)).toBe(before);
    expect(await Promise.all(hosts.map(serves))).toEqual([true, true]);
    expect(cloud.defects()).toEqual([]);
  });
});
