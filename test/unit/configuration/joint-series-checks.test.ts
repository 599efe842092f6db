import { describe, expect, it } from 'vitest';
import { HOST, PLACE } from './anomaly-text.ts';
import { componentText, MEMORY_ALARM, problemsOf } from './configuration-text.ts';

describe('series that cannot be watched together', () => {
  const NOTIFY = 'tiers: { critical: notify }';
  const entry = (text: string) => `{ ${text}, ${NOTIFY} }`;
  const jointText = (text: string) =>
    componentText(
      ...HOST,
      MEMORY_ALARM,
      'anomalies:',
      `  latency: ${entry(PLACE)}`,
      `  errors: ${entry(PLACE)}`,
      `  served: ${entry(`${PLACE}, counter: true`)}`,
      `  cpu: ${entry('periodSeconds: 1m')}`,
      `  both: ${entry(text)}`,
    );

  it.each([
    ['detector: joint', 'missing-key', 'detector', /`of` is missing/],
    ['of: [latency, errors]', 'missing-key', 'of', /`detector: joint` is missing/],
    ['detector: joint, of: [latency]', 'wrong-length', 'of', /2/],
    ['detector: joint, of: [latency, eror]', 'invalid-value', 'of[1]', /`eror` is no single series/],
    ['detector: joint, of: [latency, both]', 'invalid-value', 'of[1]', /latency, errors, served, cpu$/],
    ['detector: joint, of: [latency, latency]', 'repeated-value', 'of[0]', /named twice/],
    ['detector: joint, of: [latency, served], counter: true', 'conflicting-keys', 'counter', /exclude each/],
    ['detector: joint, of: [latency, cpu]', 'invalid-value', 'of[1]', /every 60 s, and `both` every 300 s/],
    ['detector: joint, of: [latency, errors], unit: s', 'conflicting-keys', 'unit', /exclude each other/],
    [
      'detector: joint, of: [latency, errors], options: { dimensions: 3 }',
      'unknown-key',
      'options.dimensions',
      /it has sensitivity$/,
    ],
  ])('are refused: %s', (text, code, key, message) => {
    const [problem] = problemsOf(jointText(text));
    expect(problem).toMatchObject({ severity: 'error', code, path: `components.web.anomalies.both.${key}` });
    expect(problem?.message).toMatch(message);
  });

  it('are refused with the entry that may have been meant', () => {
    const [problem] = problemsOf(jointText('detector: joint, of: [latency, eror]'));
    expect(problem?.nearest).toBe('errors');
  });

  const others = (text: string) =>
    componentText(
      ...HOST,
      MEMORY_ALARM,
      'monitors:',
      '  queue: { events: true }',
      '  served: { events: true, counter: true }',
      '  age: { events: true, periodSeconds: 1m }',
      'profile: {}',
      'anomalies:',
      `  latency: ${entry(PLACE)}`,
      `  all: ${entry(`detector: joint, of: [latency, ${text}]`)}`,
    );

  it.each([
    [
      'queue',
      /`queue` is no single series of the component; there are latency, monitor\/queue, /,
      'monitor/queue',
    ],
    ['profile/descriptor', /profile\/descriptors, /, 'profile/descriptors'],
    ['cpu_percent', /there are latency, /, 'profile/cpu_percent'],
    ['profile/goroutines', /`profile\/goroutines` is measured only with `runtime: go`$/, undefined],
    ['profile/gc_percent', /only with `runtime: go` or `node` or `jvm`$/, undefined],
    ['profile/queue', /`profile\/queue` is no single series/, undefined],
    ['monitor/age', /every 60 s, and `all` every 300 s/, undefined],
  ])('are refused if they come from a monitor or a profile: %s', (name, message, nearest) => {
    const [problem] = problemsOf(others(name)).filter(({ severity }) => severity === 'error');
    expect(problem).toMatchObject({ code: 'invalid-value', path: 'components.web.anomalies.all.of[1]' });
    expect(problem?.message).toMatch(message);
    expect(problem?.nearest).toBe(nearest);
  });

  it.each([
    'monitor/queue, profile/descriptors',
    'monitor/served, profile/restarts',
    'profile/cpu_percent, profile/throttled_percent, profile/pressure_io_percent, profile/sockets_close_wait',
  ])('do not include %s', (names) => {
    const problems = problemsOf(others(names));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('include columns of a profile that the component does not have', () => {
    const [problem] = problemsOf(jointText('detector: joint, of: [latency, profile/cpu_percent]'));
    expect(problem?.message).toMatch(/`profile\/cpu_percent` is no single series/);
  });
});
