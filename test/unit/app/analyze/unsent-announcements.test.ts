import { describe, expect, it } from 'vitest';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { LAB_NOW, LATENCY, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';
import { DAY_MS, learnedLab } from '../../../factories/analysis/learned-lab.ts';

describe('an announcement that could not be sent', () => {
  it('goes out with the next run, under the same id and time', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const attempted: unknown[] = [];
    const report = await lab.run({
      anomalySignals: {
        publish: async (signals) => {
          attempted.push(...signals);
          throw new ServiceUnavailable('events:PutEvents: InternalFailure');
        },
      },
    });
    expect(report.problems).toHaveLength(1);
    lab.clock.now += 60_000;
    await lab.run();
    expect(lab.signals).toEqual(attempted);
    await lab.run();
    expect(lab.signals).toHaveLength(1);
  });

  it('goes out although metrics cannot be read now', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const unavailable = async () => Promise.reject(new ServiceUnavailable('out of reach'));
    await lab.run({ anomalySignals: { publish: unavailable } });
    await lab.run({ metricData: { read: unavailable } });
    expect(lab.signals).toHaveLength(1);
  });

  it('repeats nothing that was sent before it', async () => {
    const lab = await learnedLab({
      anomalies: { shop: { latency: { ...LATENCY, tiers: { critical: 'notify' } } } },
      strategies: [{ id: 'm', trigger: { metrics: ['manual'] }, actions: [{ type: 'start_component' }] }],
    });
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    await lab.run({ notifier: { notify: async () => Promise.reject(new ServiceUnavailable('SNS')) } });
    await lab.run();
    expect(lab.signals).toHaveLength(1);
    expect(lab.notifications).toMatchObject([
      { topic: 'architect', subject: expect.stringContaining('shop') },
    ]);
  });

  it('is the first that the next run sends, after those that were sent', async () => {
    const lab = await learnedLab();
    const pending = [1, 2, 3].map((index) => ({
      ...{ about: `shop/${index}/recovery`, atMs: LAB_NOW },
      notification: { subject: String(index), body: { message: 'm' } },
    }));
    await lab.keepPending('shop', pending);
    const sent: string[] = [];
    const publishes: unknown[] = [];
    const deps = {
      anomalySignals: { publish: async (signals: readonly unknown[]) => void publishes.push(signals) },
      notifier: {
        notify: async ({ subject }: { readonly subject: string }) => {
          if (subject === '2' && sent.length === 1) throw new ServiceUnavailable('SNS');
          sent.push(subject);
        },
      },
    };
    const report = await lab.run(deps);
    expect([report.announced, sent]).toEqual([0, ['1']]);
    expect(report.problems).toEqual([expect.stringMatching(/^record \d+: ServiceUnavailable: SNS$/)]);
    sent.push('restarted');
    expect(await lab.run(deps)).toMatchObject({ announced: 2, problems: [] });
    expect(sent).toEqual(['1', 'restarted', '2', '3']);
    expect(publishes).toEqual([]);
  });

  it('holds up no others: where the notifier is denied, signals of other records are sent', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `s${index}`);
    const anomalies = Object.fromEntries(
      names.map((name) => {
        const dimensions = { Service: name };
        return [name, { latency: { ...LATENCY, dimensions, tiers: { critical: 'notify' } } }];
      }),
    );
    const lab = await learnedLab({
      anomalies,
      strategies: [{ id: 'm', trigger: { metrics: ['manual'] }, actions: [{ type: 'start_component' }] }],
    });
    for (const name of names) lab.put(900, LAB_NOW, { service: name });
    lab.clock.now += STEP_MS + 180_000;
    const denial = { action: 'sns:Publish', resource: 'architect', role: 'analyze' };
    const report = await lab.run({
      notifier: { notify: async () => Promise.reject(new NotPermitted(denial)) },
    });
    expect(lab.signals.map(({ detail }) => detail['component']).sort()).toEqual(names);
    expect(report).toMatchObject({ counted: 20, announced: 0 });
    expect(report.problems).toEqual([expect.stringContaining('missing permission: sns:Publish')]);
    expect(lab.denials).toContainEqual(denial);
    expect(await lab.run()).toMatchObject({ problems: [], announced: 10 });
    expect(lab.notifications).toHaveLength(10);
  });

  it('gives way when its record is full, the oldest first, and the loss is reported', async () => {
    const lab = await learnedLab();
    const old = Array.from({ length: 60 }, (_, index) => ({
      about: `shop/${index}/recovery`,
      atMs: LAB_NOW - DAY_MS,
      // Two bytes each.
      notification: { subject: String(index), body: { message: 'ä'.repeat(400) } },
    }));
    await lab.keepPending('shop', old);
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const notify = async () => Promise.reject(new ServiceUnavailable('SNS'));
    const report = await lab.run({ notifier: { notify } });
    expect(report.problems[0]).toMatch(
      /^record \d+: \d+ announcements that could not be sent were dropped, the oldest first/,
    );
    expect(report.problems[1]).toContain('SNS');
    const dropped = Number(/: (\d+) announcements/.exec(report.problems[0] ?? '')?.[1]);
    expect(dropped).toBeGreaterThan(0);
    expect(await lab.run()).toMatchObject({ problems: [] });
    expect(lab.notifications.map(({ subject }) => subject)).toEqual(
      old.slice(dropped).map(({ notification }) => notification.subject),
    );
    expect(lab.signals).toHaveLength(1);
  });
});
