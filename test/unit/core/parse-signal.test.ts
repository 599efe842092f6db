import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSignal } from '../../../functions/core/signal/parse-signal.ts';
import { configured } from '../../factories/configuration.ts';
import { sampleEvent } from '../../factories/events/sample-event.ts';
import { AT_SAMPLE, parse, SAMPLE_NODE, sample } from './alarm-event-lab.ts';

describe('the parser of alarm events, on those of AWS’s documentation', () => {
  it('turns a metric alarm into an alert with its figures and its instance', () => {
    const occurredAtMs = Date.parse('2019-10-02T17:04:40.989Z');
    expect(sample('metric-alarm')).toEqual({
      kind: 'alert',
      alert: {
        signalId: `ServerCpuTooHigh@${occurredAtMs}`,
        origin: 'alarm',
        component: 'web',
        metric: 'cpu',
        severity: 'WARNING',
        occurredAtMs,
        reason:
          'Threshold Crossed: 1 out of the last 1 datapoints [99.50160229693434 (02/10/19 16:59:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).',
        alarmName: 'ServerCpuTooHigh',
        targets: [SAMPLE_NODE],
        current: 99.50160229693434,
        threshold: 50,
      },
    });
  });

  it('takes another kind of event of CloudWatch for a report about changes, whatever it says', () => {
    const event = sampleEvent('metric-alarm') as object;
    const parsed = parse({ ...event, 'detail-type': 'CloudWatch Alarm Configuration Change' });
    expect(parsed).toMatchObject({
      kind: 'change-report',
      report: { source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm Configuration Change' },
    });
  });

  it.each(['metric-alarm', 'contributor-state-change'])(
    'takes the event %s for an alarm only if CloudWatch sent it',
    (name) => {
      const event = sampleEvent(name);
      expect(parse({ ...event, source: 'shop' })).toEqual({
        kind: 'not-understood',
        problem: `source shop, detail-type ${String(event['detail-type'])}: not a known signal`,
      });
    },
  );

  it('turns an anomaly alarm into an alert with the edge of the band that was crossed', () => {
    expect(sample('anomaly-alarm')).toMatchObject({
      kind: 'alert',
      alert: { metric: 'cpu', current: 0, threshold: 0.020599444741798756, targets: [SAMPLE_NODE] },
    });
  });

  it('withholds a suppressed composite alarm', () => {
    expect(sample('suppressed-composite-alarm')).toEqual({
      kind: 'withheld',
      why: 'SUPPRESSED',
      component: 'web',
      detail: 'alarm ServiceAggregatedAlarm is suppressed by WaitPeriod',
    });
  });

  it('turns a composite alarm that is no longer suppressed into an alert, though ALARM follows ALARM', () => {
    const parsed = sample('composite-alarm-no-longer-suppressed');
    expect(parsed).toMatchObject({ kind: 'alert', alert: { metric: 'aggregate', targets: [] } });
    expect(parsed).not.toHaveProperty('alert.current');
  });

  it('withholds a muted alarm (invariant 4: what is muted is not touched)', () => {
    expect(sample('muted-metric-alarm')).toEqual({
      ...{ kind: 'withheld', why: 'MUTED', component: 'web' },
      detail: 'alarm ServerCpuTooHigh is muted',
    });
  });

  it('understands an alarm event whose previous state has no reasonData', () => {
    expect(sample('math-alarm-without-previous-reason-data')).toMatchObject({
      kind: 'alert',
      alert: { metric: 'network', current: 45_628, threshold: 10_000, targets: [SAMPLE_NODE] },
    });
  });

  it('only notes an alarm over many time series: it names no target, and each series has an event of its own', () => {
    expect(sample('multi-time-series-alarm')).toEqual({
      kind: 'ignored',
      detail: 'alarm DynamoDBInsightsAlarm has contributors, whose events name what is unhealthy',
    });
  });

  it('names no target for an alarm with a PromQL query: the events of its contributors do', () => {
    const event = sampleEvent('metric-alarm') as { readonly detail: { readonly configuration: object } };
    const { detail } = event;
    const configuration = { evaluationCriteria: { promQLCriteria: { query: 'cpu > 90' } } };
    expect(parse(event)).toMatchObject({ kind: 'alert' });
    expect(parse({ ...event, detail: { ...detail, configuration } })).toMatchObject({ kind: 'ignored' });
  });

  it('treats a change to INSUFFICIENT_DATA as neither healthy nor unhealthy', () => {
    expect(sample('metric-alarm-insufficient-data')).toMatchObject({ kind: 'ignored' });
  });

  it('turns a change to OK into a recovery', () => {
    expect(sample('metric-alarm-ok')).toEqual({
      kind: 'recovery',
      recovery: {
        component: 'web',
        metric: 'cpu',
        occurredAtMs: Date.parse('2019-10-01T13:56:40.987Z'),
        alarmName: 'ServerCpuTooHigh',
      },
    });
  });

  it('reports an alarm of no component by its name', () => {
    expect(parseSignal(sampleEvent('metric-alarm'), configured(), AT_SAMPLE)).toEqual({
      kind: 'unknown-component',
      name: 'ServerCpuTooHigh',
    });
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'matches no component with the alarm name %s',
    (alarmName) => {
      const event = sampleEvent('metric-alarm');
      expect(parse({ ...event, detail: { ...event.detail, alarmName } })).toMatchObject({
        kind: 'unknown-component',
      });
    },
  );

  it.each([
    ['above the band: its upper edge', { points: [1, 9], lower: [2, 3], upper: [4, 5] }, 9, 5],
    ['below the band: its lower edge', { points: [9, 1], lower: [2, 3], upper: [4, 5] }, 1, 3],
    ['at the lower edge, which is inside: the upper', { points: [3], lower: [3], upper: [5] }, 3, 5],
    ['of which the latest is no figure', { points: [9, null, 'n/a'], lower: [2], upper: [5, null] }, 9, 5],
    ['of which the band has no upper edge', { points: [9], lower: [2] }, 9, 2],
    ['of which the band has no edge that can be read', { points: [9], upper: ['n/a'] }, 9, undefined],
  ])(
    'extracts the latest figure and the edge that it crossed, for values %s',
    (_, { points, ...band }, ...figures) => {
      const reasonData = JSON.stringify({
        version: '1.0',
        recentDatapoints: points,
        ...('lower' in band && { recentLowerThresholds: band.lower }),
        ...('upper' in band && { recentUpperThresholds: band.upper }),
      });
      const event = sampleEvent('anomaly-alarm') as { readonly detail: { readonly state: object } };
      const detail = { ...event.detail, state: { ...event.detail.state, reasonData } };
      const { alert } = parse({ ...event, detail }) as { alert?: { current?: number; threshold?: number } };
      expect([alert?.current, alert?.threshold]).toEqual(figures);
    },
  );

  it('turns an event without readable figures into an alert', () => {
    const event = sampleEvent('metric-alarm');
    const state = { value: 'ALARM', timestamp: '2019-10-02T17:04:40.989+0000', reasonData: '{"recent' };
    expect(parse({ ...event, detail: { ...event.detail, state } })).toMatchObject({
      kind: 'alert',
      alert: { reason: 'alarm ServerCpuTooHigh went to ALARM' },
    });
  });

  it.each([
    ['in a list', ['{"threshold":50}']],
    ['without a list of values', '{"threshold":50,"recentDatapoints":"99"}'],
    ['without a list of lower edges', '{"threshold":50,"recentLowerThresholds":1}'],
    ['without a list of upper edges', '{"threshold":50,"recentUpperThresholds":1}'],
  ])('reads no figure from data %s', (_, reasonData) => {
    const event = sampleEvent('metric-alarm');
    const state = { value: 'ALARM', timestamp: '2019-10-02T17:04:40.989+0000', reasonData };
    const parsed = parse({ ...event, detail: { ...event.detail, state } });
    expect(parsed).toMatchObject({ kind: 'alert' });
    expect(parsed).not.toHaveProperty('alert.threshold');
  });

  it.each([
    [{ metrics: 'cpu' }, 'configuration.metrics "cpu": a list'],
    [{ metrics: [{ expression: 7 }] }, 'configuration.metrics.0.expression 7: a text'],
    [{ metrics: [{ metricStat: 7 }] }, 'configuration.metrics.0.metricStat 7: a mapping'],
    [{ metrics: [{ metricStat: {} }] }, 'configuration.metrics.0.metricStat.metric missing: a mapping'],
    [
      { metrics: [{ metricStat: { metric: { dimensions: 'web' } } }] },
      'configuration.metrics.0.metricStat.metric.dimensions "web": a mapping',
    ],
    [{ evaluationCriteria: 'cpu' }, 'configuration.evaluationCriteria "cpu": a mapping'],
  ])('does not understand what cannot say which hosts are meant: %j', (configuration, problem) => {
    const event = sampleEvent('metric-alarm') as { readonly detail: object };
    expect(parse({ ...event, detail: { ...event.detail, configuration } })).toEqual({
      kind: 'not-understood',
      problem,
    });
  });

  it('makes an alert whatever its texts for people hold, and treats null as absent', () => {
    const event = sampleEvent('metric-alarm');
    const state = { value: 'ALARM', timestamp: '2019-10-02T17:04:40.989+0000' };
    const metrics = [
      { id: 'm1', metricStat: { metric: { dimensions: null, name: null } } },
      { expression: null },
    ];
    const withDetail = (detail: object) =>
      parse({ ...event, detail: { alarmName: 'ServerCpuTooHigh', state, ...detail } });
    for (const detail of [
      { configuration: null, muteDetail: null, previousState: null },
      { configuration: { description: 'x'.repeat(100_000), metrics: null } },
      { configuration: { description: null, metrics } },
      { state: { ...state, reason: null, reasonData: null, actionsSuppressedBy: null } },
      { state: { ...state, reason: { text: 'too hot' }, reasonData: { threshold: 50 } } },
      { state: { ...state, reason: '\ud800'.repeat(5_000), reasonData: '{"threshold":null}' } },
    ]) {
      expect(withDetail(detail)).toMatchObject({ kind: 'alert', alert: { component: 'web', targets: [] } });
    }
  });

  it('does not understand an event with an unknown state or time', () => {
    const event = sampleEvent('metric-alarm');
    const withState = (state: object) => parse({ ...event, detail: { ...event.detail, state } });
    expect(withState({ value: 'MAYBE', timestamp: '2019-10-02T17:04:40.989+0000' })).toMatchObject({
      kind: 'not-understood',
    });
    expect(withState({ value: 'ALARM', timestamp: 'yesterday' })).toMatchObject({
      kind: 'not-understood',
      problem: 'state.timestamp "yesterday" is not a time',
    });
  });
});

describe('any event', () => {
  it('gives an answer and never an error (invariant 6: no signal vanishes)', () => {
    const detail = fc.oneof(
      fc.anything(),
      fc.record({ alarmName: fc.constantFrom('ServerCpuTooHigh', 'x'), state: fc.anything() }),
    );
    const event = fc.oneof(
      fc.anything(),
      fc.record({
        id: fc.string(),
        source: fc.constantFrom('aws.cloudwatch', 'selfheal', 'x'),
        'detail-type': fc.constantFrom(
          'CloudWatch Alarm State Change',
          'Selfheal Signal',
          'Selfheal Control',
          'x',
        ),
        time: fc.constantFrom('2026-11-22T13:30:00Z', 'noon'),
        detail,
      }),
    );
    fc.assert(fc.property(event, (anything) => typeof parse(anything).kind === 'string'));
  });
});
