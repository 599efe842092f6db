// @thorough
import { setTimeout as sleep } from 'node:timers/promises';
import { ListCommandsCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../functions/adapters/ssm/runbook-runner.ts';
import { createAnalysisLab, STEP_MS } from '../factories/analysis/analysis-lab.ts';
import { createProfiledHost } from '../factories/analysis/profiled-host.ts';
import { noiseOf } from '../factories/noise.ts';
import { requirement } from '../factories/requirements.ts';
import {
  addressOf,
  GO_SERVICE,
  type LeakingService,
  NODE_SERVICE,
  PYTHON_SERVICE,
} from './leaking-services.ts';
import { type Bench, startBench } from './runbooks/bench.ts';

const INSTANCE = 'i-0123456789abcdef0';
const RING = '/var/lib/selfheal/collector/shop/ring';
const LEARNED_DAYS = 8;

describe.skipIf(!requirement('hosts'))('leaks of real processes', { timeout: 300_000 }, () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());

  /**
   * Days of ordinary values around what the process measures, then `steps` real measurements of it, each after the same
   * leaks, as if they had been made 5 minutes apart. The collector, its ring, the runbook and its limits are the real ones.
   */
  async function noticed({ profile, leaks }: LeakingService, paths: readonly string[], steps: number) {
    const watched = Object.values(leaks);
    const endMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;
    const leakFromMs = endMs - steps * STEP_MS;
    const lab = createAnalysisLab({
      anomalies: { shop: {} },
      profiles: { shop: profile },
      instanceId: INSTANCE,
    });
    const runbooks = createSsmRunbookRunner({
      client: bench.ssm,
      managedTag: { key: 'selfheal:managed', value: 'true' },
    });
    // A collector of another runtime measures other columns.
    await bench.sh('rm -rf /var/lib/selfheal/collector/shop; systemctl restart shop; sleep 1');
    Object.assign(lab.deps, { runbooks });
    // The first run finds no collector, the second has it installed.
    lab.clock.now = leakFromMs - (LEARNED_DAYS * 288 + 4) * STEP_MS;
    for (let run = 0; run < 3; run++) {
      await lab.step();
      await idle();
    }
    const measure = async () => {
      await bench.sh('systemctl start selfheal-collector-shop.service');
      const names = (await bench.sh(`head -n 1 ${RING}`)).split(' ');
      const values = (await bench.sh(`tail -n 1 ${RING}`)).split(' ');
      return { names, values };
    };
    await bench.sh('systemctl stop selfheal-collector-shop.timer');
    const { names, values } = await measure();
    const ordinary = (column: string) => Number(values[names.indexOf(column)]);
    const learned = createProfiledHost(
      (atMs) =>
        Object.fromEntries(
          watched.map((column) => [
            column,
            // Noise of a percent, as the process itself has none: no wave, whose phase would depend on the time of day.
            ordinary(column) * (1 + 0.01 * noiseOf((endMs - atMs) / STEP_MS).gaussian()),
          ]),
        ),
      { nowMs: () => lab.clock.now, sinceMs: 0 },
    );
    Object.assign(lab.deps, { runbooks: learned.runbooks });
    while (lab.clock.now < leakFromMs) await lab.step();
    expect(lab.signals).toEqual([]);
    const rows: string[] = [];
    for (let step = 0; step < steps; step++) {
      await bench.sh(paths.map((path) => `curl -s ${addressOf(path)} >/dev/null`).join('; '));
      const { values: measured } = await measure();
      rows.push([(leakFromMs + step * STEP_MS) / 1_000, ...measured.slice(1)].join(' '));
    }
    await bench.host.writeFile(RING, `${names.join(' ')}\n${rows.map((row) => `${row}\n`).join('')}`);
    Object.assign(lab.deps, { runbooks });
    lab.clock.now = endMs;
    for (let run = 0; run < 4; run++) {
      await lab.step();
      await idle();
    }
    const alerts = lab.signals.map(({ detail }) => detail as Record<string, unknown>);
    const opens = await Promise.all(
      watched.map(async (column) => {
        const open = (await lab.baseline('shop', `profile/${column}/${INSTANCE}`))?.open;
        return [column, open && (open.sinceMs - leakFromMs) / 60_000] as const;
      }),
    );
    return { alerts, minutesUntil: new Map(opens) };
  }

  /** Until the commands of the last run have ended. */
  const idle = async () => {
    for (;;) {
      await sleep(500);
      const { Commands = [] } = await bench.ssm.send(new ListCommandsCommand({}));
      if (Commands.every(({ Status }) => Status !== 'Pending' && Status !== 'InProgress')) return;
    }
  };

  const alertsOf = (alerts: readonly Readonly<Record<string, unknown>>[]) => {
    expect(alerts.at(-1)).toMatchObject({ kind: 'alert', component: 'shop', targets: [INSTANCE] });
    return alerts.map((alert) => alert['metric']);
  };

  describe('in Python', () => {
    beforeAll(() => PYTHON_SERVICE.install(bench.host));

    it.each([
      ['descriptors', 'descriptor_leak'],
      ['threads', 'goroutine_leak'],
      ['objects', 'live_objects'],
      ['memory', 'memory_leak'],
    ])('are noticed within an hour: %s', async (leak, metric) => {
      const { alerts, minutesUntil } = await noticed(PYTHON_SERVICE, [leak], 24);
      expect(alertsOf(alerts)).toContain(metric);
      expect(minutesUntil.get(PYTHON_SERVICE.leaks[leak] ?? '')).toBeLessThanOrEqual(60);
    });
  });

  it('notices several leaks of Node.js at once within an hour', () => noticesAll(NODE_SERVICE));

  it.skipIf(!requirement('go'))('notices several leaks of Go at once within an hour', () =>
    noticesAll(GO_SERVICE),
  );

  async function noticesAll(service: LeakingService) {
    await service.install(bench.host);
    const { alerts, minutesUntil } = await noticed(service, Object.keys(service.leaks), 24);
    expect(alertsOf(alerts).length).toBeGreaterThan(0);
    for (const [leak, column] of Object.entries(service.leaks))
      expect(minutesUntil.get(column), leak).toBeLessThanOrEqual(60);
  }
});
