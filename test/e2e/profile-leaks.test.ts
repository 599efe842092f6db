// @thorough
import { setTimeout as sleep } from 'node:timers/promises';
import { ListCommandsCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../functions/adapters/ssm/runbook-runner.ts';
import { createAnalysisLab, STEP_MS } from '../factories/analysis/analysis-lab.ts';
import { createProfiledHost } from '../factories/analysis/profiled-host.ts';
import { noiseOf } from '../factories/noise.ts';
import { requirement } from '../factories/requirements.ts';
import { type Bench, installService, startBench } from './runbooks/bench.ts';

const INSTANCE = 'i-0123456789abcdef0';
const ENDPOINT = 'http://127.0.0.1:9100/';
const RING = '/var/lib/selfheal/collector/shop/ring';
const WATCHED = ['threads', 'resident_mb', 'descriptors', 'live_objects'];
const LEARNED_DAYS = 8;

/** Each request leaks what its path names. */
const PROGRAM = `
import http.server, threading, time
files, threads, objects, memory = [], [], [], []
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        if self.path == '/descriptors': files.extend(open('/dev/null') for _ in range(10))
        if self.path == '/threads':
            for _ in range(5): threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
        if self.path == '/objects': objects.extend(object() for _ in range(1000))
        if self.path == '/memory': memory.append(bytearray(b'x' * 5_000_000))
        self.send_response(200); self.end_headers()
        self.wfile.write(b'live_objects %d\\n' % (20000 + len(objects)))
http.server.HTTPServer(('127.0.0.1', 9100), Handler).serve_forever()
`;

describe.skipIf(!requirement('hosts'))('leaks of a real process', { timeout: 300_000 }, () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench();
    await installService(bench.host, 'shop', PROGRAM);
    await bench.sh('systemctl start shop; sleep 1');
  }, 300_000);
  afterAll(() => bench.close());

  /**
   * Days of ordinary values around what the process measures, then `steps` real measurements of it, each after the same
   * leak, as if they had been made 5 minutes apart. The collector, its ring, the runbook and its limits are the real ones.
   */
  async function noticed(leak: string, steps: number) {
    const endMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;
    const leakFromMs = endMs - steps * STEP_MS;
    const lab = createAnalysisLab({
      anomalies: { shop: {} },
      profiles: { shop: { endpoint: ENDPOINT, custom: ['live_objects'] } },
      instanceId: INSTANCE,
    });
    const runbooks = createSsmRunbookRunner({
      client: bench.ssm,
      managedTag: { key: 'selfheal:managed', value: 'true' },
    });
    await bench.sh('systemctl restart shop; sleep 1');
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
          WATCHED.map((column) => [
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
      await bench.sh(`curl -s ${ENDPOINT}${leak} >/dev/null`);
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
      WATCHED.map(async (column) => {
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

  it.each([
    ['descriptors', 'descriptors', 'descriptor_leak'],
    ['threads', 'threads', 'goroutine_leak'],
    ['objects', 'live_objects', 'live_objects'],
    ['memory', 'resident_mb', 'memory_leak'],
  ])('are noticed within an hour: %s', async (leak, column, metric) => {
    const { alerts, minutesUntil } = await noticed(leak, 24);
    expect(alerts.map((alert) => alert['metric'])).toContain(metric);
    expect(minutesUntil.get(column)).toBeLessThanOrEqual(60);
    expect(alerts.at(-1)).toMatchObject({ kind: 'alert', component: 'shop', targets: [INSTANCE] });
  });
});
