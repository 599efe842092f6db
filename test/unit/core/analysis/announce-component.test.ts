import { describe, expect, it } from 'vitest';
import { announceComponent } from '../../../../functions/core/analysis/announce-component.ts';
import type { Episode, OpenAnomaly } from '../../../../functions/core/analysis/baseline.ts';
import type { JudgedSeries } from '../../../../functions/core/analysis/judge-series.ts';
import type { WatchedSeries } from '../../../../functions/core/analysis/watched-series.ts';
import { configured } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SINCE = '2026-11-22T13:25:00.000Z';
const TIERS = { medium: 'ignore', high: 'notify', critical: 'signal' } as const;

interface Given {
  readonly name?: string;
  readonly watched?: Partial<WatchedSeries>;
  readonly open?: Partial<OpenAnomaly>;
  readonly more?: Partial<JudgedSeries>;
}

/** A series of an operation's latency with an anomaly that began five minutes ago. */
function judged({ name = 'latency', watched, open, more }: Given = {}): JudgedSeries {
  const metric = { namespace: 'Shop', metricName: name, dimensions: { Service: 'web' }, statistic: 'p99' };
  return {
    watched: {
      ...{ component: 'web', name, metric: name, source: { kind: 'metric', metric }, fingerprint: 'f' },
      ...{ series: { detector: 'seasonal', periodSeconds: 60 }, tiers: TIERS, observationMs: 7 * DAY_MS },
      ...watched,
    },
    baseline: {
      ...{ fingerprint: 'f', readUntilMs: NOON, watchedSinceMs: NOON - DAY_MS, packed: new Uint8Array() },
      open: {
        ...{ atMs: NOON - MINUTE_MS, sinceMs: NOON - 5 * MINUTE_MS, tier: 'CRITICAL', score: 12.3456 },
        ...{ value: 123.456, expected: 100.04, ...open },
      },
    },
    ...{ learnedSinceMs: NOON - 30 * DAY_MS, isCalm: false, counted: 1, ...more },
  };
}

const answering = (...metrics: readonly string[]) => configured({ strategies: [{ trigger: { metrics } }] });
const announced = (
  series: readonly JudgedSeries[],
  episode?: Episode,
  configuration = answering('latency'),
) => announceComponent('web', series, episode, { configuration, home: HOME, nowMs: NOON });
const episodeOf = (fields: Partial<Episode> = {}): Episode => ({
  ...{ sinceMs: NOON - 60 * MINUTE_MS, level: 'signal', tier: 'CRITICAL', metric: 'latency' },
  ...{ announcedAtMs: NOON - 15 * MINUTE_MS, count: 3, ...fields },
});
const signalOf = (...given: Parameters<typeof announced>) => announced(...given).announcements.at(-1)?.signal;
const reasonOf = (...series: readonly JudgedSeries[]) => signalOf(series)?.['reason'];
const LINK = `https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#metricsV2:graph=~(metrics~(~(~'Shop~'latency~'Service~'web~(stat~'p99~period~60)))~view~'timeSeries~region~'us-east-1~start~'2026-11-22T07*3a29*3a00.000Z~end~'2026-11-22T14*3a29*3a00.000Z)`;

describe('the announcement of an anomaly', () => {
  it('signals what was seen and expected, and begins an episode', () => {
    const figures = { current: 123.456, baseline: 100.04, score: 12.3456 };
    expect(announced([judged()])).toEqual({
      episode: {
        ...{ sinceMs: NOON - 5 * MINUTE_MS, level: 'signal', tier: 'CRITICAL', metric: 'latency' },
        ...{ announcedAtMs: NOON, count: 1 },
      },
      announcements: [
        {
          about: `web/${NOON - 5 * MINUTE_MS}/alert`,
          atMs: NOON,
          signal: {
            ...{
              kind: 'alert',
              severity: 'CRITICAL',
              origin: 'anomaly',
              component: 'web',
              metric: 'latency',
            },
            reason: `latency is 123.5, 100 expected (CRITICAL, score 12.3) since ${SINCE}`,
            signalId: `anomaly/web/${NOON - 5 * MINUTE_MS}/1`,
            ...figures,
            link: LINK,
          },
        },
      ],
    });
  });

  it('notifies people, too, of what its tier signals to nobody', () => {
    const [announcement] = announced([judged({ open: { tier: 'HIGH' } })]).announcements;
    expect(announcement?.signal).toMatchObject({ severity: 'INFO' });
    expect(announcement?.notification).toEqual({
      subject: 'Selfheal: latency of web is anomalous',
      body: {
        ...{ kind: 'anomaly', component: 'web', metric: 'latency', tier: 'HIGH', link: LINK },
        message: `latency is 123.5, 100 expected (HIGH, score 12.3) since ${SINCE}`,
        ...{ current: 123.456, baseline: 100.04, score: 12.3456, sinceMs: NOON - 5 * MINUTE_MS },
      },
    });
    expect(announced([judged({ open: { tier: 'MEDIUM' } })])).toEqual({ announcements: [] });
  });

  it('has a unit, a type of error and a threshold where its series has', () => {
    const watched = { unit: 'ms', errorType: 'NETWORK_TIMEOUT', isThreshold: true } as const;
    expect(signalOf([judged({ watched })])).toMatchObject({
      ...{ errorType: 'NETWORK_TIMEOUT', threshold: 100.04 },
      reason: `latency is 123.5 ms, 100 ms is its threshold (CRITICAL, score 12.3) since ${SINCE}`,
    });
    expect(signalOf([judged({ watched })])).not.toHaveProperty('baseline');
  });

  it('says that there is no data, and nothing of what is not known', () => {
    const open = { atMs: NOON, sinceMs: NOON, tier: 'CRITICAL', score: 7 } as const;
    const series = judged();
    const signal = signalOf([{ ...series, baseline: { ...series.baseline, open } }]);
    expect(signal?.['reason']).toBe('latency has no data (CRITICAL, score 7) since 2026-11-22T13:30:00.000Z');
    expect(signal).not.toHaveProperty('current');
    expect(signal).not.toHaveProperty('baseline');
  });

  it('names the series that is furthest from what those beside it would have it be', () => {
    const part = (series: string) => ({
      series,
      unit: 'req/s',
      source: { kind: 'profile', column: series } as const,
    });
    const source = { kind: 'joint', parts: [part('cpu'), part('requests'), part('latency')] } as const;
    const joint = judged({ name: 'together', watched: { source }, open: { part: 1 } });
    expect(reasonOf(joint)).toBe(
      `together: requests is 123.5 req/s, 100 req/s expected beside cpu, latency (CRITICAL, score 12.3) since ${SINCE}`,
    );
    expect(signalOf([joint])).not.toHaveProperty('link');
  });

  it('is only for people while its baseline is too young', () => {
    const at = (learnedSinceMs: number) => announced([judged({ more: { learnedSinceMs } })]).announcements[0];
    expect(at(NOON - MINUTE_MS - 7 * DAY_MS)?.notification).toBeUndefined();
    expect(at(NOON - MINUTE_MS - 7 * DAY_MS + 1)?.notification?.body['message']).toBe(
      `latency is 123.5, 100 expected (CRITICAL, score 12.3) since ${SINCE}. Its baseline is too young to start a repair.`,
    );
    expect(at(Number.NaN)?.signal).toMatchObject({ severity: 'INFO' });
  });

  it('does not come of what began before its series was watched, unless of a threshold', () => {
    const open = { sinceMs: NOON - DAY_MS - 1 };
    expect(announced([judged({ open })])).toEqual({ announcements: [] });
    expect(announced([judged({ open: { sinceMs: NOON - DAY_MS } })]).announcements).toHaveLength(1);
    expect(announced([judged({ open, watched: { isThreshold: true } })]).announcements).toHaveLength(1);
  });

  it('is no more severe than its series may be', () => {
    expect(signalOf([judged({ watched: { highestSeverity: 'WARNING' } })])?.['severity']).toBe('WARNING');
    const high = { tiers: { ...TIERS, high: 'signal' } } as const;
    expect(signalOf([judged({ watched: high, open: { tier: 'HIGH' } })])?.['severity']).toBe('WARNING');
  });
});

describe('of several anomalies of a component', () => {
  const [a, b] = ['a', 'b'].map((name) => ({ name }));
  const first = (one: Given, other: Given, configuration = answering('a', 'b')) => {
    const names = [
      [judged({ ...a, ...one }), judged({ ...b, ...other })],
      [judged({ ...b, ...other }), judged({ ...a, ...one })],
    ].map((series) => signalOf(series, undefined, configuration)?.['metric']);
    expect(names[0]).toBe(names[1]);
    return names[0];
  };

  it.each<[string, Given, Given]>([
    ['that signals', { open: { score: 1 } }, { open: { tier: 'HIGH', score: 9 } }],
    [
      'that is not calm',
      { open: { tier: 'HIGH' } },
      { open: { tier: 'HIGH', score: 99 }, more: { isCalm: true } },
    ],
    [
      'of the higher tier',
      { open: { tier: 'HIGH', score: 1 }, watched: { tiers: { ...TIERS, medium: 'notify' } } },
      { open: { tier: 'MEDIUM', score: 9 }, watched: { tiers: { ...TIERS, medium: 'notify' } } },
    ],
    [
      'of the higher severity',
      { open: { score: 1 } },
      { open: { score: 9 }, watched: { highestSeverity: 'WARNING' } },
    ],
    ['with the higher score', { open: { score: 9 } }, { open: { score: 8 } }],
  ])('the one %s is announced', (_, one, other) => {
    expect(first(one, other)).toBe('a');
  });

  it('the one that a strategy answers is announced', () => {
    expect(first({ open: { score: 1 } }, { open: { score: 9 } }, answering('a'))).toBe('a');
  });

  it('the others are named', () => {
    expect(reasonOf(judged({ open: { score: 99 } }), judged({ ...a }), judged({ ...b }))).toBe(
      `latency is 123.5, 100 expected (CRITICAL, score 99) since ${SINCE}; anomalous as well: a, b`,
    );
  });

  it('instances are targets if every anomaly is about one, without those that are calm again', () => {
    const on = (name: string, target: string | undefined, more: Partial<JudgedSeries> = {}) =>
      judged({ name, more, watched: { metric: 'latency', ...(target !== undefined && { target }) } });
    const targets = (...series: readonly JudgedSeries[]) => signalOf(series)?.['targets'];
    expect(targets(on('a', 'i-0a'), on('b', 'i-0b'), on('c', 'i-0a'))).toEqual(['i-0a', 'i-0b']);
    expect(targets(on('a', 'i-0a'), on('b', undefined))).toBeUndefined();
    expect(targets(on('a', 'i-0a'), on('b', 'i-0b', { isCalm: true }))).toEqual(['i-0a']);
    expect(targets(judged())).toBeUndefined();
  });
});

describe('an episode', () => {
  it('goes on under its own time, and counts its announcements', () => {
    const { episode, announcements } = announced([judged()], episodeOf());
    expect(episode).toMatchObject({ sinceMs: NOON - 60 * MINUTE_MS, announcedAtMs: NOON, count: 4 });
    expect(announcements).toMatchObject([
      {
        about: `web/${NOON - 60 * MINUTE_MS}/alert`,
        signal: { signalId: `anomaly/web/${NOON - 60 * MINUTE_MS}/4` },
      },
    ]);
  });

  it('is announced again a quarter of an hour later, or half a minute before that', () => {
    const before = (ms: number) => announced([judged()], episodeOf({ announcedAtMs: NOON - ms }));
    expect(before(15 * MINUTE_MS - 30_000).announcements).toHaveLength(1);
    const early = episodeOf({ announcedAtMs: NOON - 15 * MINUTE_MS + 30_001 });
    expect(announced([judged()], early)).toEqual({ episode: early, announcements: [] });
  });

  it('is announced at once when it becomes worse, and not again while people were only notified', () => {
    const recent = { announcedAtMs: NOON - MINUTE_MS };
    expect(announced([judged()], episodeOf({ ...recent, level: 'notify' })).announcements).toHaveLength(1);
    const all = { tiers: { ...TIERS, high: 'signal' } } as const;
    expect(
      announced([judged({ watched: all })], episodeOf({ ...recent, tier: 'HIGH' })).announcements,
    ).toHaveLength(1);
    const notified = episodeOf({ level: 'notify', tier: 'HIGH', announcedAtMs: 0 });
    expect(announced([judged({ open: { tier: 'HIGH' } })], notified)).toEqual({
      ...{ episode: notified, announcements: [] },
    });
  });

  it('is not repeated for a value that is calm, and goes on until that has ended', () => {
    const calm = [judged({ more: { isCalm: true } })];
    expect(announced(calm, episodeOf({ announcedAtMs: 0 }))).toEqual({
      ...{ episode: episodeOf({ announcedAtMs: 0 }), announcements: [] },
    });
    expect(announced(calm).announcements[0]?.signal).toMatchObject({ severity: 'INFO' });
  });

  it('ends with a recovery', () => {
    const reason =
      'latency of web is as expected again; it had been anomalous since 2026-11-22T12:30:00.000Z';
    const sinceMs = NOON - 60 * MINUTE_MS;
    const notification = {
      subject: 'Selfheal: latency of web is as expected again',
      body: { kind: 'anomaly-recovery', message: reason, component: 'web', metric: 'latency', sinceMs },
    };
    const common = { about: `web/${sinceMs}/recovery`, atMs: NOON, notification };
    expect(announced([], episodeOf())).toEqual({
      announcements: [
        {
          ...common,
          signal: {
            ...{ kind: 'recovery', component: 'web', metric: 'latency', origin: 'anomaly', reason },
            signalId: `anomaly/web/${sinceMs}/recovery-3`,
          },
        },
      ],
    });
    expect(announced([], episodeOf({ level: 'notify' }))).toEqual({ announcements: [common] });
    expect(announced([])).toEqual({ announcements: [] });
  });

  it('is over for strategies where only people are still to know of it', () => {
    const { episode, announcements } = announced([judged({ open: { tier: 'HIGH' } })], episodeOf());
    expect(announcements.map(({ about }) => about.split('/').at(-1))).toEqual(['recovery']);
    expect(episode).toEqual(episodeOf({ level: 'notify' }));
  });
});
