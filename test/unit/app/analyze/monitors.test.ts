import { describe, expect, it } from 'vitest';
import { createMemoryMetricSamples } from '../../../../functions/adapters/memory/metric-samples.ts';
import { recordMetrics } from '../../../../functions/app/analyze/record-metrics.ts';
import { scrape } from '../../../../functions/app/scrape/scrape.ts';
import type { RefusalRecord } from '../../../../functions/core/admission/refusal.ts';
import type { MonitorRequest } from '../../../../functions/core/analysis/monitor-answer.ts';
import { NotFound, NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { PageUnreadable } from '../../../../functions/ports/metric-pages.ts';
import { createAnalysisLab, LAB_NOW, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';

type Json = Readonly<Record<string, unknown>>;

const QUICK = { detector: 'z_score', direction: 'above', learningSeconds: '1h', observationSeconds: 0 };
const SILENCE = { detector: 'missing', learningSeconds: '1h', observationSeconds: 0 };

/** A lab whose component `shop` has these monitors, and nothing in CloudWatch. */
function monitorLab(monitors: Readonly<Record<string, Json>>, strategies?: readonly Json[]) {
  const lab = createAnalysisLab({
    anomalies: { shop: {} },
    monitors: { shop: monitors },
    ...(strategies && { strategies }),
  });
  const asked: MonitorRequest[] = [];
  const outer = { answer: (_request: MonitorRequest): unknown => ({ values: {} }) };
  const samples = createMemoryMetricSamples();
  const refusals: RefusalRecord[] = [];
  const run = () =>
    lab.run({
      samples,
      monitorFunctions: {
        measure: async (_name, request) => {
          asked.push(request);
          const answer = await outer.answer(request);
          return { payload: JSON.parse(JSON.stringify(answer)) as unknown };
        },
      },
    });
  const steps = async (count: number, before: () => unknown = () => undefined) => {
    const reports = [];
    for (let step = 0; step < count; step++) {
      lab.clock.now += STEP_MS;
      await before();
      reports.push(await run());
    }
    return reports;
  };
  const send = (detail: unknown, atMs: number, id = `event-${atMs}`) =>
    recordMetrics(
      {
        configuration: lab.deps.configuration,
        clock: lab.clock,
        samples,
        store: {
          noteDenial: async () => undefined,
          recordRefusal: async (refusal) => void refusals.push(refusal),
        },
      },
      { id, time: new Date(atMs).toISOString(), detail },
    );
  return { ...lab, asked, outer, run, steps, send, refusals };
}

const signalled = (lab: { readonly signals: readonly { readonly detail: Json }[] }) =>
  lab.signals.map(({ detail }) => [detail['kind'], detail['metric'], detail['severity'], detail['current']]);

describe('a monitor that a function answers', () => {
  const monitors = { queue_age: { function: 'shop-figures:live', unit: 's', ...QUICK } };
  const wave = (request: MonitorRequest) => {
    const until = Date.parse(request.monitors['queue_age']?.until ?? '');
    return { values: { queue_age: 100 + ((until / STEP_MS) % 7) } };
  };

  it('feeds the detectors with what it answers, once a period, and has its anomaly signalled', async () => {
    const lab = monitorLab(monitors);
    lab.outer.answer = wave;
    const reports = await lab.steps(150);
    expect(reports.map(({ counted }) => counted)).toEqual(reports.map(() => 1));
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    lab.outer.answer = () => ({ values: { queue_age: 900 } });
    await lab.steps(1);
    expect(signalled(lab)).toEqual([['alert', 'queue_age', 'CRITICAL', 900]]);
    expect(lab.asked.at(-1)).toEqual({
      version: 1,
      kind: 'monitor',
      component: 'shop',
      monitors: {
        queue_age: {
          from: new Date(lab.clock.now - STEP_MS).toISOString(),
          until: new Date(lab.clock.now).toISOString(),
          periodSeconds: 300,
        },
      },
    });
  });

  it('gets at most one question a period', async () => {
    const lab = monitorLab(monitors);
    lab.outer.answer = wave;
    await lab.steps(2);
    lab.clock.now += 60_000;
    expect((await lab.run()).counted).toBe(0);
    expect(lab.asked).toHaveLength(2);
  });

  it('may return the data points that an outage of Selfheal has missed, each counted once', async () => {
    const lab = monitorLab(monitors);
    lab.outer.answer = ({ monitors: asked }) => {
      const [from = 0, until = 0] = [asked['queue_age']?.from, asked['queue_age']?.until].map((time) =>
        Date.parse(time ?? ''),
      );
      const values = [];
      for (let atMs = from - STEP_MS; atMs <= until; atMs += STEP_MS / 2)
        values.push({ at: new Date(atMs).toISOString(), value: 1 });
      return { values: { queue_age: values } };
    };
    const [first] = await lab.steps(1);
    lab.clock.now += 11 * STEP_MS;
    const [later] = await lab.steps(1);
    // A function may know of more than what is now: some 16 hours are asked for at first.
    expect([first?.counted, later?.counted]).toEqual([200, 12]);
  });

  it.each<readonly [string, (request: MonitorRequest) => unknown, RegExp]>([
    ['a text', () => ({ values: { queue_age: 'many' } }), /answered "many" for queue_age: a number/],
    ['nothing for it', () => ({ values: {} }), /answered without a value for queue_age/],
    ['something else', () => ['ok'], /answered \["ok"\]; `\{"values": \{…\}\}` is expected/],
    [
      'a problem of its own',
      () => ({ values: {}, problems: { queue_age: 'no such queue' } }),
      /no such queue/,
    ],
    [
      'a time that is none',
      () => ({ values: { queue_age: [{ at: 'noon', value: 1 }] } }),
      /answered \[\{"at":"noon","value":1\}\] for queue_age/,
    ],
  ])('causes a problem with %s, which is neither a value nor silence', async (_, answer, problem) => {
    const lab = monitorLab({ queue_age: { function: 'shop-figures:live', ...SILENCE } });
    lab.outer.answer = wave;
    await lab.steps(20);
    lab.outer.answer = answer;
    const reports = await lab.steps(20);
    expect(reports.map(({ problems }) => problems).join()).toMatch(problem);
    expect(reports[0]?.problems.join()).toContain('monitors queue_age of shop, function shop-figures:live');
    // A source that could not be asked for long has said nothing about the time between.
    lab.outer.answer = () => ({ values: { queue_age: null } });
    await lab.steps(1);
    expect(lab.signals).toEqual([]);
  });

  it.each([
    [
      'fails',
      () => Promise.reject(new ServiceUnavailable('shop-figures has not answered within 10 s')),
      /not answered within 10 s/,
    ],
    ['is gone', () => Promise.reject(new NotFound('Function not found: shop-figures')), /Function not found/],
    [
      'may not be invoked',
      () => Promise.reject(new NotPermitted({ action: 'lambda:InvokeFunction', role: 'analyze' })),
      /missing permission: lambda:InvokeFunction/,
    ],
  ])('causes a problem if it %s, and other series are read all the same', async (_, fails, problem) => {
    const lab = monitorLab({
      ...monitors,
      depth: { function: 'other', ...QUICK },
      silence: { metric: 'queue_age', function: 'shop-figures:live', ...SILENCE },
    });
    lab.outer.answer = (request) => ('depth' in request.monitors ? { values: { depth: 1 } } : fails());
    const [report] = await lab.steps(1);
    expect(report?.counted).toBe(1);
    expect(report?.problems).toHaveLength(1);
    expect(report?.problems.join()).toMatch(problem);
    expect(lab.signals).toEqual([]);
  });

  it('has its missing permission noted, so that people are notified', async () => {
    const lab = monitorLab(monitors);
    lab.outer.answer = () => Promise.reject(new NotPermitted({ action: 'lambda:InvokeFunction' }));
    await lab.steps(1);
    expect(lab.denials).toEqual([{ action: 'lambda:InvokeFunction' }]);
  });

  it('causes a signal of silence only when it says that there is nothing', async () => {
    const lab = monitorLab({ queue_age: { function: 'shop-figures:live', ...SILENCE } });
    lab.outer.answer = wave;
    await lab.steps(20);
    lab.outer.answer = () => ({ values: { queue_age: null } });
    await lab.steps(12);
    expect(signalled(lab).at(-1)).toEqual(['alert', 'queue_age', 'CRITICAL', undefined]);
  });
});

describe('a monitor whose values are sent as events', () => {
  const monitors = { orders: { events: true, statistic: 'Sum', ...QUICK } };
  const sending = (lab: ReturnType<typeof monitorLab>, value?: number) => async () => {
    const atMs = lab.clock.now - STEP_MS;
    for (const part of [0, 1])
      await lab.send(
        { component: 'shop', values: { orders: (value ?? 100 + ((atMs / STEP_MS) % 7)) / 2 } },
        atMs + part * 1_000,
      );
  };

  it('adds up the values of a period as its statistic says, and has its anomaly signalled', async () => {
    const lab = monitorLab(monitors);
    await lab.steps(150, sending(lab));
    await lab.steps(3, sending(lab, 900));
    expect(signalled(lab)).toEqual([['alert', 'orders', 'CRITICAL', 900]]);
  });

  it('counts an event once, however often it is delivered', async () => {
    const lab = monitorLab({ orders: { ...monitors.orders, statistic: 'SampleCount' } });
    await lab.steps(8, async () => {
      for (const _ of [1, 2, 3]) await sending(lab)();
    });
    expect((await lab.baseline('shop', 'monitor/orders'))?.last?.value).toBe(2);
  });

  it('waits for events that are late', async () => {
    const lab = monitorLab(monitors);
    await lab.steps(5, sending(lab));
    const lateMs = lab.clock.now;
    await lab.steps(1);
    await lab.send({ component: 'shop', values: { orders: 77 } }, lateMs);
    await lab.steps(1, sending(lab));
    expect((await lab.baseline('shop', 'monitor/orders'))?.last).toMatchObject({ atMs: lateMs, value: 77 });
  });

  it.each([
    ['another component', { component: 'cart', values: { orders: 1 } }, 'cart', /there is no such name/],
    ['an unknown monitor', { component: 'shop', values: { order: 1 } }, 'shop', /did you mean orders\?/],
    ['a text', { component: 'shop', values: { orders: '1' } }, 'shop', /values\.orders "1": a number/],
    ['no values', { component: 'shop', values: {} }, 'shop', /one value at least/],
    ['no component', { values: { orders: 1 } }, 'unknown', /component missing/],
    ['something else', 'orders=1', 'unknown', /detail "orders=1"/],
  ])('refuses an event with %s, on record', async (_, detail, component, problem) => {
    const lab = monitorLab(monitors);
    expect(await lab.send(detail, LAB_NOW)).toMatchObject({ outcome: 'refused' });
    expect(lab.refusals).toMatchObject([{ reason: 'NOT_UNDERSTOOD', component }]);
    expect(lab.refusals[0]?.detail).toMatch(problem);
  });

  it('refuses values of which one is for no monitor, rather than keep a part', async () => {
    const lab = monitorLab(monitors);
    await lab.send({ component: 'shop', values: { orders: 1, depth: 2 } }, LAB_NOW);
    await lab.steps(2);
    expect(await lab.baseline('shop', 'monitor/orders')).toMatchObject({ readUntilMs: expect.any(Number) });
    expect((await lab.baseline('shop', 'monitor/orders'))?.last).toBeUndefined();
  });
});

describe('a monitor that reads an endpoint', () => {
  const URL = 'http://10.0.1.12:9100/metrics';
  const monitors = {
    in_flight: { endpoint: URL, sample: 'http_requests', labels: { state: 'open' } },
    gone: { endpoint: URL },
    other: { endpoint: 'http://10.0.1.13:9100/metrics' },
  };
  const PAGE =
    'http_requests{state="open",host="a"} 2\nhttp_requests{state="open",host="b"} 3\nhttp_requests{state="done"} 9\n';
  const lab = () => monitorLab(monitors);
  const ask = async (read: (url: string) => Promise<string>, names = Object.keys(monitors)) => {
    const urls: string[] = [];
    const scraped = await scrape(
      {
        configuration: lab().deps.configuration,
        pages: {
          read: (url) => {
            urls.push(url);
            return read(url);
          },
        },
      },
      { component: 'shop', monitors: names },
    );
    return { ...scraped, urls };
  };

  it('adds up the samples with its labels, and reads each page once', async () => {
    const { values, urls } = await ask(async () => PAGE, ['in_flight', 'gone']);
    expect(values).toEqual({ in_flight: 5 });
    expect(urls).toEqual([URL]);
  });

  it('names what a page lacks, and what cannot be read', async () => {
    const { problems } = await ask(async (url) => {
      if (url === URL) return PAGE;
      throw new PageUnreadable('ECONNREFUSED');
    });
    expect(problems).toEqual({
      gone: `${URL} has no metric gone`,
      other: 'http://10.0.1.13:9100/metrics: ECONNREFUSED',
    });
  });

  it('reads no address that the configuration does not have', async () => {
    const { problems, urls } = await ask(async () => PAGE, ['toString', 'http://169.254.169.254/']);
    expect(urls).toEqual([]);
    expect(Object.keys(problems)).toHaveLength(2);
  });
});
