import { describe, expect, it } from 'vitest';
import { createAnalysisLab, LAB_NOW, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';
import { loadByPeriod } from '../../../factories/analysis/load-by-period.ts';
import { createProfiledHost } from '../../../factories/analysis/profiled-host.ts';

const QUICK = { learningSeconds: '1h', observationSeconds: 0 };
const HOST = 'i-00000000000000001';
const SERIES = `together/${HOST}`;
const TOGETHER = {
  detector: 'joint',
  of: ['served', 'profile/cpu_percent', 'profile/throttled_percent', 'profile/restarts'],
  ...QUICK,
};

/**
 * What a service has served in all, as a counter in CloudWatch, and what its host measures: processor time follows it;
 * nothing is throttled or restarted, until the lab says otherwise.
 */
function busyLab(targets?: Readonly<Record<string, unknown>>) {
  const lab = createAnalysisLab({
    anomalies: {
      shop: {
        served: {
          namespace: 'Shop',
          metricName: 'Served',
          dimensions: { Service: 'shop' },
          statistic: 'Maximum',
          counter: true,
          unit: 'a second',
          ...QUICK,
        },
        together: TOGETHER,
      },
    },
    profiles: { shop: { ...QUICK } },
    settings: { historySeconds: '2h' },
    ...(targets && { targets }),
  });
  const loadAt = loadByPeriod(7);
  const service = {
    total: 1e9,
    restarts: 0,
    throttled: 0,
    perSecond: (load: number) => 20 + 3 * load,
    cpu: (load: number) => 50 + 10 * load,
  };
  const host = createProfiledHost(
    (atMs) => ({
      threads: 20,
      resident_mb: 400,
      descriptors: 40,
      cpu_percent: service.cpu(loadAt(atMs)),
      throttled_percent: service.throttled,
      restarts: service.restarts,
    }),
    { nowMs: () => lab.clock.now, sinceMs: LAB_NOW - STEP_MS, chosen: [HOST, 'i-00000000000000002'] },
  );
  /** The next periods, each followed by a run three minutes after it. */
  const live = async (periods: number, { isRead = true } = {}) => {
    for (let period = 0; period < periods; period++) {
      service.total += service.perSecond(loadAt(lab.clock.now)) * 300;
      lab.put(service.total, lab.clock.now, { name: 'Served' });
      lab.clock.now += STEP_MS + 180_000;
      if (isRead) expect((await lab.run({ runbooks: host.runbooks })).problems).toEqual([]);
      lab.clock.now -= 180_000;
    }
  };
  return { ...lab, service, host, live };
}

const criticalOf = (lab: ReturnType<typeof busyLab>) =>
  lab.signals.map(({ detail }) => detail).filter(({ severity }) => severity === 'CRITICAL');

describe('counters and columns of a profile that are watched together', () => {
  it('are signalled when they part, with the rate or the share that is furthest and the instance', async () => {
    const lab = busyLab();
    await lab.live(200);
    expect(criticalOf(lab)).toEqual([]);
    lab.service.cpu = (load) => 50 - 10 * load;
    await lab.live(12);
    const [signal] = criticalOf(lab);
    expect(signal).toMatchObject({ kind: 'alert', metric: 'together', targets: [HOST] });
    expect(signal?.['reason']).toMatch(
      new RegExp(
        `^${SERIES}: (served is \\S+ a second, \\S+ a second|profile/cpu_percent/${HOST} is \\S+ %, \\S+ %) expected beside `,
      ),
    );
  });

  it('count each row once, and cost no baseline for columns that nothing else watches', async () => {
    const lab = busyLab();
    await lab.live(12);
    const before = await lab.baseline('shop', SERIES);
    await lab.live(1);
    const after = await lab.baseline('shop', SERIES);
    expect(after?.readUntilMs).toBe((before?.readUntilMs ?? 0) + STEP_MS);
    expect(await lab.baseline('shop', `profile/cpu_percent/${HOST}`)).toBeUndefined();
  });

  it('stay calm when the counter is reset by a restart, and when a column moves a little for the first time', async () => {
    const lab = busyLab();
    await lab.live(200);
    lab.service.total = 0;
    lab.service.restarts += 1;
    lab.service.throttled = 0.4;
    await lab.live(12);
    expect(criticalOf(lab)).toEqual([]);
  });

  it('are signalled when the service is throttled as never before', async () => {
    const lab = busyLab();
    await lab.live(200);
    lab.service.throttled = 35;
    await lab.live(6);
    expect(criticalOf(lab)[0]?.['reason']).toMatch(
      new RegExp(`^${SERIES}: profile/throttled_percent/${HOST} is 35 %, .* expected beside `),
    );
  });

  it('go on after runs that were missed, without an anomaly of their own', async () => {
    const lab = busyLab();
    await lab.live(200);
    await lab.live(9, { isRead: false });
    await lab.live(12);
    expect(criticalOf(lab)).toEqual([]);
    expect((await lab.baseline('shop', SERIES))?.readUntilMs).toBe(lab.clock.now - STEP_MS);
  });

  it('are one series for all hosts that come and go', async () => {
    const lab = busyLab({ tags: { role: 'shop' } });
    await lab.live(12);
    expect((await lab.baseline('shop', 'together'))?.readUntilMs).toBe(lab.clock.now - STEP_MS);
  });
});
