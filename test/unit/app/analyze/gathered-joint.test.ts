import { describe, expect, it } from 'vitest';
import type { MonitorRequest } from '../../../../functions/core/analysis/monitor-answer.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { createAnalysisLab, LAB_NOW, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';
import { loadByPeriod } from '../../../factories/analysis/load-by-period.ts';
import { createProfiledHost } from '../../../factories/analysis/profiled-host.ts';

const QUICK = { learningSeconds: '1h', observationSeconds: 0 };
const REQUESTS = {
  namespace: 'Shop',
  metricName: 'Requests',
  dimensions: { Service: 'shop' },
  unit: 'a minute',
  ...QUICK,
};
const TOGETHER = { detector: 'joint', of: ['requests', 'monitor/workers', 'profile/descriptors'], ...QUICK };
const HOST = 'i-00000000000000001';
const SERIES = `together/${HOST}`;

/**
 * Requests in CloudWatch, busy workers by a function that says what is now, and descriptors by a profile: they go
 * together, until the lab says otherwise.
 */
function gatheredLab({ changes }: { changes?: Readonly<Record<string, unknown>> } = {}) {
  const lab = createAnalysisLab({
    anomalies: { shop: { requests: REQUESTS, together: TOGETHER } },
    monitors: { shop: { workers: { function: 'shop-figures', ...QUICK } } },
    profiles: { shop: { ...QUICK } },
    settings: { historySeconds: '2h' },
    ...(changes && { changes }),
  });
  const loadAt = loadByPeriod(7);
  const outer = {
    workers: (load: number): number | null => 50 + 10 * load,
    descriptors: (load: number) => 400 + 40 * load,
    measure: (value: number | null): unknown => ({ values: { workers: value } }),
  };
  const host = createProfiledHost(
    (atMs) => ({ threads: 20, resident_mb: 400, descriptors: outer.descriptors(loadAt(atMs)) }),
    { nowMs: () => lab.clock.now, sinceMs: LAB_NOW - STEP_MS },
  );
  const deps = {
    runbooks: host.runbooks,
    changes: { listChanges: async (): Promise<readonly never[]> => [] },
    monitorFunctions: {
      measure: async (_name: string, request: MonitorRequest) => {
        const fromMs = Date.parse(request.monitors['workers']?.until ?? '') - STEP_MS;
        return { payload: outer.measure(outer.workers(loadAt(fromMs))) };
      },
    },
  };
  /** The next periods, each followed by a run two minutes after it. */
  const live = async (periods: number) => {
    const reports = [];
    for (let period = 0; period < periods; period++) {
      lab.put(1_000 + 100 * loadAt(lab.clock.now), lab.clock.now, { name: 'Requests' });
      lab.clock.now += STEP_MS + 180_000;
      reports.push(await lab.run(deps));
      lab.clock.now -= 180_000;
    }
    return reports;
  };
  const together = () => lab.baseline('shop', SERIES);
  return { ...lab, deps, outer, host, live, together };
}

const criticalOf = (lab: ReturnType<typeof gatheredLab>) =>
  lab.signals.map(({ detail }) => detail).filter(({ severity }) => severity === 'CRITICAL');

describe('a component whose series come from CloudWatch, a monitor and a profile', () => {
  it('has them judged together, a period at a time, one run after all of them have it', async () => {
    const lab = gatheredLab();
    const reports = await lab.live(12);
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    const before = await lab.together();
    await lab.live(1);
    const after = await lab.together();
    expect(after?.readUntilMs).toBe((before?.readUntilMs ?? 0) + STEP_MS);
    // A profile is read by the run after the one that asked for it.
    expect(after?.readUntilMs).toBe(lab.clock.now - STEP_MS);
    expect(after?.waiting?.map(({ values }) => values.map(Number.isFinite))).toEqual([[true, true, false]]);
  });

  it('causes a signal when they part, although each of them is in its usual range', async () => {
    const lab = gatheredLab();
    await lab.live(200);
    expect(criticalOf(lab)).toEqual([]);
    lab.outer.descriptors = (load) => 400 - 40 * load;
    await lab.live(12);
    const [signal] = criticalOf(lab);
    expect(signal).toMatchObject({ kind: 'alert', metric: 'together', targets: [HOST] });
    expect(signal?.['reason']).toMatch(/^together\/i-0+1: \S+ is .* expected beside /);
  });

  it('leaves out the periods in which one of them has no value', async () => {
    const lab = gatheredLab();
    await lab.live(12);
    const [before, workers] = [await lab.together(), await lab.baseline('shop', 'monitor/workers')];
    lab.outer.workers = () => null;
    await lab.live(2);
    lab.outer.workers = (load) => 50 + 10 * load;
    await lab.live(3);
    expect((await lab.together())?.readUntilMs).toBe((before?.readUntilMs ?? 0) + 5 * STEP_MS);
    expect((await lab.baseline('shop', 'monitor/workers'))?.readUntilMs).toBe(
      (workers?.readUntilMs ?? 0) + 5 * STEP_MS,
    );
  });

  it('waits for a source that is out of reach, as long as there is room', async () => {
    const lab = gatheredLab();
    await lab.live(12);
    const before = await lab.together();
    lab.host.online = false;
    await lab.live(30);
    const waits = await lab.together();
    // One answer had been asked for.
    expect(waits?.readUntilMs).toBe((before?.readUntilMs ?? 0) + STEP_MS);
    expect(waits?.waiting).toHaveLength(30);
    lab.host.online = true;
    await lab.live(4);
    expect((await lab.together())?.readUntilMs).toBe(lab.clock.now - STEP_MS);
    expect((await lab.together())?.waiting).toHaveLength(1);
    lab.host.online = false;
    await lab.live(120);
    expect((await lab.together())?.waiting).toHaveLength(96);
  });

  it('keeps what has arrived while the changes of the component cannot be read, and judges it then', async () => {
    const lab = gatheredLab({ changes: {} });
    await lab.live(12);
    const before = await lab.together();
    const { listChanges } = lab.deps.changes;
    lab.deps.changes.listChanges = () =>
      Promise.reject(new ServiceUnavailable('dynamodb: InternalServerError'));
    const [report] = await lab.live(2);
    expect(report?.problems).toHaveLength(1);
    expect((await lab.together())?.readUntilMs).toBe(before?.readUntilMs);
    lab.deps.changes.listChanges = listChanges;
    await lab.live(2);
    expect((await lab.together())?.readUntilMs).toBe((before?.readUntilMs ?? 0) + 4 * STEP_MS);
  });

  it('starts over with a part that starts over', async () => {
    const lab = gatheredLab();
    await lab.live(12);
    const before = await lab.together();
    lab.deps.monitorFunctions = { ...lab.deps.monitorFunctions };
    const { configuration } = lab.reconfigure({
      anomalies: { shop: { requests: REQUESTS, together: TOGETHER } },
      monitors: { shop: { workers: { function: 'other-figures', ...QUICK } } },
      profiles: { shop: { ...QUICK } },
    });
    lab.clock.now += STEP_MS;
    await lab.run({ ...lab.deps, configuration });
    expect((await lab.together())?.fingerprint).not.toBe(before?.fingerprint);
  });
});
