// @slow
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Operation, StepRecord } from '../../../functions/core/operation/operation.ts';
import { Closers } from '../../../local/cloud/closers.ts';
import { installPythonService, succeed } from '../../../local/demo/services/python-service.ts';
import { type Host, startHost } from '../../../local/hosts/host.ts';
import { createNspawnHostRunner } from '../../../local/ssm/nspawn-host-runner.ts';
import { until } from '../../factories/deployed-engine/until.ts';
import { requirement } from '../../factories/requirements.ts';
import { REPAIRING_CLOUDS, type RepairingCloud } from './repairing-clouds.ts';

const A = 'i-0a1b2c3d4e5f6000a';
const B = 'i-0a1b2c3d4e5f6000b';
const LOOK_EVERY_MS = 50;
const ORDERS = 10;

const CONFIGURATION = `
components:
  orders:
    targets: { instanceIds: [${A}, ${B}] }
    service: orders.service
    tempPaths: [/var/tmp/orders]
    minHealthyTargets: 1
    health: { url: 'https://orders.example.com/', hostUrl: 'http://127.0.0.1:8080/health' }
    signals: [memory]
strategies:
  - id: restart
    trigger: { metrics: [memory] }
    actions:
      - { type: graceful_stop }
      - { type: clear_temp_files }
      - { type: start_component, params: { settleSeconds: 1s } }
    verify: { by: runbook, timeoutSeconds: 20s, stableSeconds: 1s }
    maxAttempts: 20
    cooldownSeconds: 0s
`;

describe.skipIf(!requirement('hosts')).each(REPAIRING_CLOUDS)(
  'a rolling repair of two real hosts, $name',
  { timeout: 180_000 },
  ({ open }) => {
    const closers = new Closers();
    let hosts: readonly Host[];
    let a: Host;
    let b: Host;
    let cloud: RepairingCloud;

    const start = async (name: string, instanceId: string) => {
      const tags = { 'selfheal:managed': 'true' };
      const host = await startHost({ name, instanceId, tags, diskMegabytes: 256 });
      closers.add(host.stop);
      return host;
    };
    beforeAll(async () => {
      [a, b] = await Promise.all([start('orders-a', A), start('orders-b', B)]);
      hosts = [a, b];
      cloud = await open(
        CONFIGURATION,
        createNspawnHostRunner(() => hosts),
      );
      closers.add(cloud.close);
    }, 300_000);
    afterAll(() => closers.close());
    beforeEach(async () => {
      await Promise.all(
        hosts.map(async (host) => {
          await installPythonService(host, 'orders');
          await succeed(host, 'systemctl start amazon-ssm-agent');
        }),
      );
      const isReady = async (host: Host) => host.agentConnected() && (await serves(host));
      await vi.waitUntil(async () => (await Promise.all(hosts.map(isReady))).every(Boolean), {
        timeout: 30_000,
      });
    });

    /** Signals, and waits for the operation to end. */
    const repaired = async (): Promise<Repair> => {
      const known = new Set((await cloud.store.listOperations(100)).map(({ operationId }) => operationId));
      await cloud.signal({ component: 'orders', metric: 'memory', signalId: `memory-${known.size}` });
      const operation = await until('the end of the operation', 120, async () => {
        const operations = await cloud.store.listOperations(100);
        return operations.find(
          ({ operationId, state }) => !known.has(operationId) && ['COMPLETED', 'FAILED'].includes(state),
        );
      });
      return { operation, steps: await cloud.store.listSteps(operation.operationId) };
    };
    const notificationsOf = ({ operation }: Repair) =>
      cloud.notifications().filter(({ operationId }) => operationId === operation.operationId);
    const disconnect = async (host: Host) => {
      await succeed(host, 'systemctl stop amazon-ssm-agent');
      await vi.waitUntil(() => !host.agentConnected(), { timeout: 10_000 });
    };

    it('stops, clears and starts the leaking service on one, checks it, then the other; one always serves', async () => {
      await Promise.all(hosts.map(leak));
      expect(await Promise.all(hosts.map(spooledFiles))).toEqual([ORDERS, ORDERS]);
      const before = await Promise.all(hosts.map(processOf));
      const [repair, serving] = await whileWatching(hosts, repaired);

      expect(repair.operation).toMatchObject({ state: 'COMPLETED', layout: { batches: [[A], [B]] } });
      expect(actionsOf(repair)).toEqual([...everyActionOn(A), ...everyActionOn(B)]);
      expect(Math.min(...serving)).toBe(1);
      const after = await Promise.all(hosts.map(processOf));
      expect(after.map((one, index) => one === before[index])).toEqual([false, false]);
      expect(await Promise.all(hosts.map(spooledFiles))).toEqual([0, 0]);
      expect(await stepsOn(a, repair)).toEqual(['heal-0', 'heal-1', 'heal-2', 'heal-3', 'verify-0']);
      expect(await stepsOn(b, repair)).toEqual(['heal-4', 'heal-5', 'heal-6', 'heal-7', 'verify-0']);
      // The hosts share this machine's clock.
      const times = (await Promise.all(hosts.map(stoppedAndStarted))).flat();
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    });

    it('looks first, and repairs only the one whose service is down', async () => {
      const before = await processOf(a);
      await kill(b);
      const { operation } = await repaired();
      expect(operation).toMatchObject({
        state: 'COMPLETED',
        layout: { batches: [[B]], skipped: { [A]: 'healthy' } },
      });
      expect(await processOf(a)).toBe(before);
      expect(await Promise.all(hosts.map(serves))).toEqual([true, true]);
    });

    it('leaves the second as it is if the service of the first no longer starts', async () => {
      await a.writeFile('/usr/local/lib/orders.py', 'raise SystemExit("a bad release")\n');
      await leak(b);
      const before = await processOf(b);
      const [repair, serving] = await whileWatching(hosts, repaired);

      expect(repair.operation).toMatchObject({
        state: 'FAILED',
        failure: { error: 'ActionFailed' },
        layout: { batches: [[A], [B]] },
      });
      expect(actionsOf(repair)).toEqual([
        ['graceful_stop', A, 'SUCCEEDED'],
        ['clear_temp_files', A, 'SUCCEEDED'],
        ['start_component', A, 'FAILED'],
      ]);
      expect(await serves(a)).toBe(false);
      expect(Math.min(...serving)).toBe(1);
      expect(await processOf(b)).toBe(before);
      expect(await spooledFiles(b)).toBe(ORDERS);
      expect(await looksAt(b, repair)).not.toEqual([]);
      expect(await stepsOn(b, repair)).toEqual([]);
      await expect
        .poll(() => notificationsOf(repair), { timeout: 20_000 })
        .toMatchObject([{ targets: { repaired: [], untouched: [B] } }]);
    });

    it('repairs the second alone if the first is offline, and reports that it skipped the first', async () => {
      const before = await processOf(a);
      await disconnect(a);
      await kill(b);
      const repair = await repaired();

      expect(repair.operation).toMatchObject({
        state: 'COMPLETED',
        layout: { batches: [[B]], skipped: { [A]: 'offline' } },
      });
      expect(await serves(b)).toBe(true);
      expect(await processOf(a)).toBe(before);
      expect(await ranOn(a, repair)).toEqual([]);
      await expect
        .poll(() => notificationsOf(repair), { timeout: 20_000 })
        .toMatchObject([{ targets: { repaired: [B], skipped: { [A]: 'offline' } } }]);
    });

    it('does not take the second down while the first is offline and nobody knows whether it serves', async () => {
      await disconnect(a);
      const before = await Promise.all(hosts.map(processOf));
      const repair = await repaired();

      expect(repair.operation).toMatchObject({ state: 'FAILED', failure: { error: 'TooFewHealthyTargets' } });
      expect(repair.operation.failure?.cause).toContain('minHealthyTargets requires 1');
      expect(await Promise.all(hosts.map(processOf))).toEqual(before);
      expect(await stepsOn(b, repair)).toEqual([]);
    });
  },
);

interface Repair {
  readonly operation: Operation;
  readonly steps: readonly StepRecord[];
}

/** However long it takes to answer: on a busy machine, a slow service is not one that is down. */
async function serves({ ip }: Host): Promise<boolean> {
  try {
    const { ok } = await fetch(`http://${ip}:8080/health`, { headers: { connection: 'close' } });
    return ok;
  } catch {
    return false;
  }
}

/** What the repair itself did, in order: the action, its target and its outcome. */
function actionsOf({ steps }: Repair): readonly (readonly unknown[])[] {
  return steps
    .filter(({ stepId }) => stepId.startsWith('heal'))
    .map(({ action, targets, outcome }) => [action, ...targets, outcome]);
}

function everyActionOn(instanceId: string): readonly (readonly string[])[] {
  return ['graceful_stop', 'clear_temp_files', 'start_component', 'verify_health'].map((action) => [
    action,
    instanceId,
    'SUCCEEDED',
  ]);
}

async function leak({ ip }: Host): Promise<void> {
  for (let order = 0; order < ORDERS; order++) await fetch(`http://${ip}:8080/order`);
}

async function kill(host: Host): Promise<void> {
  await succeed(host, 'systemctl kill --signal=KILL orders');
  await vi.waitUntil(async () => !(await serves(host)), { timeout: 10_000 });
}

/** The service's process, which is another one after each start. */
function processOf(host: Host): Promise<string> {
  return succeed(host, 'systemctl show orders --property=MainPID,InvocationID');
}

async function spooledFiles(host: Host): Promise<number> {
  return Number(await succeed(host, 'find /var/tmp/orders -type f | wc -l'));
}

/** When the service was last stopped and started, in microseconds of a clock that never goes back. */
async function stoppedAndStarted(host: Host): Promise<readonly number[]> {
  const at = (property: string) =>
    succeed(host, `systemctl show orders --property=${property}TimestampMonotonic --value`);
  return [Number(await at('InactiveEnter')), Number(await at('ActiveEnter'))];
}

/** The steps of an operation that ran on a host, looks left out. */
async function stepsOn(host: Host, repair: Repair): Promise<readonly string[]> {
  return (await ranOn(host, repair)).filter((id) => !isLook(id));
}

async function looksAt(host: Host, repair: Repair): Promise<readonly string[]> {
  return (await ranOn(host, repair)).filter(isLook);
}

const isLook = (id: string) => id.startsWith('look-');

/** Ids of an operation's steps and looks, from the host's own ledger. */
async function ranOn(host: Host, { operation }: Repair): Promise<readonly string[]> {
  const entry = `/var/lib/selfheal/ledger/${operation.operationId}`;
  const listed = await succeed(host, `if [ -e ${entry} ]; then ls ${entry}; fi`);
  return listed.split('\n').filter(Boolean);
}

/** @returns the result, and how many of the hosts served each time that they were asked meanwhile */
async function whileWatching<Result>(
  hosts: readonly Host[],
  during: () => Promise<Result>,
): Promise<readonly [Result, readonly number[]]> {
  let isOver = false;
  const serving: number[] = [];
  const watching = (async () => {
    while (!isOver) {
      const answered = await Promise.all(hosts.map(serves));
      serving.push(answered.filter(Boolean).length);
      await sleep(LOOK_EVERY_MS);
    }
  })();
  const result = await during().finally(() => {
    isOver = true;
  });
  await watching;
  return [result, serving];
}
