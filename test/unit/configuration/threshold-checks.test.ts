import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../functions/core/configuration/problem.ts';
import { componentText, ONE_HOST, problemsOf } from './configuration-text.ts';

const HOST = [ONE_HOST, 'service: nginx.service'];

/** A component whose memory is watched as the text says. */
const text = (entry: string, settings = '', more = '') =>
  `${settings === '' ? '' : `settings: { thresholds: { ${settings} } }\n`}${componentText(...HOST, `anomalies: { memory: { ${entry} } }`, ...(more === '' ? [] : [more]))}`;
const said = (...parts: Parameters<typeof text>) =>
  problemsOf(text(...parts))
    .map(formatProblem)
    .join('\n');

describe('levels', () => {
  it.each([
    ['detector: threshold', /needs levels, and `settings\.thresholds` has none for `memory`/],
    ['threshold: { critical: 90 }', /`seasonal` learns what is usual, and has no use for levels/],
    ['detector: threshold, threshold: {}', /neither `warning` nor `critical` is set/],
    [
      'detector: threshold, threshold: { warning: 95, critical: 90 }, direction: above',
      /90 is reached before the warning level of 95/,
    ],
    [
      'detector: threshold, threshold: { warning: 80, critical: 90 }, direction: below',
      /values are bad below the levels/,
    ],
    [
      'detector: threshold, threshold: { critical: 90, escalateSeconds: 1h }',
      /there is no `warning` level that could become critical/,
    ],
    [
      'detector: threshold, threshold: { critical: 90 }, options: { critical: 80 }',
      /has no option `critical`; it has none/,
    ],
    ['detector: change', /needs the changes of component `web`/],
    ['followChanges: true', /`followChanges` needs the changes of component `web`/],
  ])('are refused as { %s }, with what to do instead', (entry, expected) => {
    expect(said(entry)).toMatch(expected);
  });

  it.each([
    ['detector: threshold', 'memory: { warning: 80, critical: 90 }'],
    ['detector: threshold, threshold: { critical: 90, dataPoints: 1 }', ''],
    ['detector: threshold, threshold: { warning: 50, critical: 40 }', ''],
  ])('are sound as { %s } with { %s } in the settings', (entry, settings) => {
    expect(said(entry, settings)).toBe('');
  });

  it('cause a warning if the settings have them and no series uses them', () => {
    expect(said('{}'.slice(2), 'memory: { critical: 90 }')).toMatch(/these levels watch nothing/);
  });

  it('contradict each other in the settings as well', () => {
    expect(said('detector: threshold', 'memory: { warning: 90 , critical: 90, escalateSeconds: 1h }')).toBe(
      '',
    );
    expect(said('detector: threshold', 'memory: {}')).toMatch(/neither `warning` nor `critical`/);
  });

  it('let the detector `change` be chosen where changes are watched', () => {
    expect(said('detector: change', '', 'changes: {}')).toBe('');
    expect(said('detector: change, followChanges: false', '', 'changes: {}')).toMatch(/is to follow none/);
  });
});
