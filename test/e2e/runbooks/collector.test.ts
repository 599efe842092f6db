import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, installService, startBench } from './bench.ts';

const PROGRAM = `
import http.server, os, threading, time
held = []
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        if self.path == '/leak':
            for _ in range(50): held.append(open('/dev/null'))
            for _ in range(5): threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
            held.append(bytearray(20 * 1024 * 1024))
        body = ('go_goroutines 12\\ngo_memstats_heap_alloc_bytes 1.048576e+07\\ngo_memstats_heap_objects 42000\\n'
            'go_gc_duration_seconds_sum %f\\ngo_gc_duration_seconds_count %d\\n'
            'queue_depth{queue="a b"} 3\\nqueue_depth{queue="c}d"} 4 1700000000000\\n' % (len(held) * 0.002, len(held) * 2)).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
http.server.ThreadingHTTPServer(('127.0.0.1', 9100), Handler).serve_forever()
`;

const RING = '/var/lib/selfheal/collector/web/ring';

describe.skipIf(!requirement('hosts'))('the collector', { timeout: 120_000 }, () => {
  let bench: Bench;
  const wanted = {
    service: 'shop.service',
    endpoint: 'http://127.0.0.1:9100/metrics',
    custom: 'queue_depth',
    intervalSeconds: '60',
  };
  const collect = () => bench.sh('systemctl start selfheal-collector-web.service');
  const rows = async () => {
    const [header = '', ...lines] = (await bench.sh('cat /var/lib/selfheal/collector/web/ring')).split('\n');
    const names = header.split(' ');
    return lines.map((line) => Object.fromEntries(line.split(' ').map((value, at) => [names[at], value])));
  };

  beforeAll(async () => {
    bench = await startBench();
    await installService(bench.host, 'shop', PROGRAM);
    await bench.sh('systemctl start shop; sleep 1');
  }, 300_000);
  afterAll(() => bench.close());

  it('installs the collector once, and changes nothing the second time', async () => {
    const first = await bench.run('install_collector', wanted);
    expect(first.stderr).toBe('');
    expect(first).toMatchObject({ status: 'Success', result: { installed: true, changed: true } });
    expect((await bench.run('install_collector', wanted)).result).toEqual({
      installed: true,
      changed: false,
    });
  });

  it('measures descriptors, threads, sockets, memory and what the endpoint publishes', async () => {
    await bench.sh('curl -s http://127.0.0.1:9100/leak >/dev/null');
    await collect();
    const [before, after] = await rows();
    const grown = (name: string) => Number(after?.[name]) - Number(before?.[name]);
    expect(grown('descriptors')).toBe(50);
    expect(grown('threads')).toBe(5);
    expect(grown('resident_mb')).toBeGreaterThan(19);
    expect(after).toMatchObject({
      sockets_listen: '1',
      goroutines: '12',
      heap_mb: '10',
      objects_k: '42',
      gc_pause_ms: '1',
      queue_depth: '7',
      restarts: '0',
    });
    expect(Number(after?.['cpu_percent'])).toBeGreaterThan(0);
  });

  it('computes no difference across a restart of the unit, and counts the restart', async () => {
    await bench.sh('systemctl restart shop; sleep 1');
    await collect();
    expect((await rows()).at(-1)).toMatchObject({
      restarts: '1',
      descriptors: '4',
      cpu_percent: '-',
      gc_pause_ms: '-',
    });
  });

  it('names what it cannot measure', async () => {
    await bench.sh('systemctl stop shop');
    await collect();
    expect((await rows()).at(-1)).toMatchObject({ threads: '-', restarts: '1' });
    expect((await read()).result).toMatchObject({ missing: 'unit: it runs no process' });
    await bench.sh("sed -i 's/9100), H/9200), H/' /opt/shop.py; systemctl start shop; sleep 1");
    await collect();
    expect((await rows()).at(-1)).toMatchObject({ threads: '1', heap_mb: '-', restarts: '2' });
    expect((await read()).result?.['missing']).toMatch(
      /^endpoint http:\/\/127\.0\.0\.1:9100\/metrics: curl: \(7\)/,
    );
    await bench.sh("sed -i 's/9200), H/9100), H/' /opt/shop.py; systemctl restart shop; sleep 1");
  });

  it('reads Go’s expvar', async () => {
    const memstats = '"BySize":[{"Size":8,"Mallocs":3,"Frees":1}],"HeapAlloc":2097152,"HeapObjects":3500';
    await bench.host.writeFile(
      '/srv/vars/vars',
      `{\n"cmdline": ["/opt/shop","-x"],\n"goroutines": 31,\n"memstats": {"Alloc":1,${memstats},"PauseTotalNs":4000000,"PauseNs":[1,2],"NumGC":2}\n}\n`,
    );
    await bench.sh(`systemctl stop vars 2>/dev/null || true
      systemd-run --quiet --unit=vars python3 -m http.server --bind 127.0.0.1 --directory /srv/vars 9300
      until (exec 3<>/dev/tcp/127.0.0.1/9300) 2>/dev/null; do sleep 0.1; done`);
    const expvar = { ...wanted, endpoint: 'http://127.0.0.1:9300/vars', service: 'vars.service', custom: '' };
    const changed = await bench.run('install_collector', expvar);
    expect(changed.result).toEqual({ installed: true, changed: true });
    // Other columns, and so another ring. On the full minute, it has a second row by now.
    expect((await rows())[0]).toMatchObject({ goroutines: '31', heap_mb: '2', objects_k: '3.500' });
    await bench.run('install_collector', wanted);
  });

  it('answers with averages over five minutes, and says when it is not installed as configured', async () => {
    await writeRing([
      [0, 10],
      [60, 20],
      [120, '-'],
      [300, 15],
      [600, 15],
      [1200, 100],
    ]);
    expect(unpacked((await read(0)).result)).toEqual([
      [0, '15'],
      [1, '15'],
      [2, '15'],
      [4, '100'],
    ]);
    expect(await read(900)).toMatchObject({ result: { rows: '1,100;' } });
    const other = await bench.run('read_profile', { ...wanted, custom: 'other', since: '0' });
    expect(other).toMatchObject({ exitCode: 2, code: 'COLLECTOR_MISSING' });
  });

  it('answers within what Run Command passes on, and goes on from there next time', async () => {
    await writeRing(Array.from({ length: 400 }, (_, at): [number, number] => [at * 300, 1e6 + at * 1.7]));
    const found: string[] = [];
    for (let since = 0, runs = 0; since < 400 * 300 && runs < 100; runs++) {
      const { result, stdout } = await read(since);
      expect(stdout.length).toBeLessThan(2_500);
      found.push(...unpacked(result).map(([, value]) => value));
      since = Number(result?.['until']);
    }
    expect(found).toHaveLength(400);
  });

  it('leaves out the row of a run that was cut short', async () => {
    await writeRing([[0, 10]]);
    await bench.sh(`echo -n '300 7' >>${RING}`);
    expect(unpacked((await read(0)).result)).toEqual([[0, '10']]);
  });

  it('keeps the ring bounded, and its newest rows', async () => {
    await writeRing([[0, 10]]);
    await bench.sh(`row=$(tail -n 1 ${RING}); for ((i = 0; i < 6000; i++)); do echo "$row"; done >>${RING}`);
    // It looks at the size every ten minutes.
    await bench.sh(`sed 's|now / 60 % 10|0|' /var/lib/selfheal/collector/collect.sh >/tmp/collect.sh`);
    await bench.sh('bash /tmp/collect.sh /var/lib/selfheal/collector/web');
    expect(Number(await bench.sh(`stat -c %s ${RING}`))).toBeLessThan(140_000);
    const kept = await rows();
    expect(Number(kept.at(-1)?.['epoch'])).toBeGreaterThan(1_000_000);
    expect(new Set(kept.map((row) => Object.keys(row).length)).size).toBe(1);
  });

  it('runs by its timer', async () => {
    await bench.run('install_collector', { ...wanted, intervalSeconds: '10' });
    const before = (await rows()).length;
    await bench.sh(
      `for ((i = 0; i < 300; i++)); do [ $(wc -l <${RING}) -le ${before + 2} ] || exit 0; sleep 0.1; done; exit 1`,
    );
  });

  it('keeps the collector from before, with its ring, if another one cannot measure', async () => {
    const dropIn = '/run/systemd/system/selfheal-collector-web.service.d';
    const before = await rows();
    await bench.sh(`mkdir -p ${dropIn}; printf '[Service]\nExecStartPre=/bin/false\n' >${dropIn}/fails.conf`);
    const failed = await bench.run('install_collector', { ...wanted, intervalSeconds: '30' });
    await bench.sh(`rm -r ${dropIn}; systemctl daemon-reload`);
    expect(failed).toMatchObject({
      code: 'COLLECTOR_FAILED',
      message: expect.stringContaining('the collector from before is back'),
    });
    expect((await rows()).slice(0, before.length)).toEqual(before);
    expect(await bench.sh(`ls ${RING.replace(/ring$/, '')}`)).not.toContain('before');
    const timer = 'selfheal-collector-web.timer';
    expect(await bench.sh(`systemctl is-active ${timer}; grep OnCalendar /etc/systemd/system/${timer}`)).toBe(
      'active\nOnCalendar=*:*:0/10',
    );
  });

  it('leaves nothing behind when it is removed, and what other components need while they are there', async () => {
    await bench.run('install_collector', { ...wanted, component: 'other' });
    expect((await bench.run('remove_collector')).result).toEqual({ installed: false, changed: true });
    expect((await read()).code).toBe('COLLECTOR_MISSING');
    await bench.sh('systemctl start selfheal-collector-other.service');
    await bench.run('remove_collector', { component: 'other' });
    expect((await bench.run('remove_collector', { component: 'other' })).result).toEqual({
      installed: false,
      changed: false,
    });
    expect(await leftOvers()).toBe('');
  });

  it('refuses a unit that is not there, and installs nothing', async () => {
    const outcome = await bench.run('install_collector', { ...wanted, service: 'absent.service' });
    expect(outcome).toMatchObject({ exitCode: 2, code: 'UNIT_MISSING' });
    expect(await leftOvers()).toBe('');
  });

  const read = (since = Math.floor(Date.now() / 1_000)) =>
    bench.run('read_profile', { ...wanted, since: String(since) });

  const leftOvers = () =>
    bench.sh(
      "find / -xdev -name '*selfheal*' -not -name selfheal-agent-channel.py 2>/dev/null || true; systemctl list-units --all --no-legend 'selfheal*'",
    );

  /** A ring with these values of threads, and nothing else. */
  async function writeRing(samples: readonly (readonly [number, number | string])[]): Promise<void> {
    const [header = ''] = (await bench.sh(`head -n 1 ${RING}`)).split('\n');
    const others = ' -'.repeat(header.split(' ').length - 2);
    const lines = samples.map(([seconds, threads]) => `${seconds} ${threads}${others}\n`);
    await bench.host.writeFile(RING, `${header}\n${lines.join('')}`);
  }

  /** The number of each period and its threads. */
  function unpacked(result: Record<string, unknown> | undefined): readonly [number, string][] {
    let before = '';
    return String(result?.['rows'])
      .split(';')
      .slice(0, -1)
      .map((row) => {
        const [period = '', value = ''] = row.split(',');
        before = value === '' ? before : value;
        return [Number(period), before];
      });
  }
});
