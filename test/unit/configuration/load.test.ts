import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { configurationText } from './configuration-text.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/).filter((text) => text !== 'constructor');

const duration = (min: number, max: number) =>
  fc.integer({ min, max }).chain((amount) => fc.constantFrom<unknown>(amount, `${amount}s`));

const sourced = fc.record({
  metric: name,
  threshold: fc.double({ noNaN: true, min: -(2 ** 360), max: 2 ** 360 }).map((limit) => limit + 0),
  comparison: fc.constantFrom('>', '>=', '<', '<='),
  namespace: fc.constant('App'),
  metricName: fc.constant('Depth'),
  dimensions: fc.dictionary(name, name, { maxKeys: 3 }),
  periodSeconds: fc.constantFrom<unknown>(10, 60, '5m'),
  severity: fc.constantFrom('WARNING', 'CRITICAL'),
});

const host = fc.record({
  metric: fc.constantFrom('cpu', 'memory', 'disk', 'status_check'),
  threshold: fc.integer(),
});

const component = fc.record(
  {
    targets: fc
      .uniqueArray(fc.stringMatching(/^i-[0-9a-f]{17}$/), { minLength: 1, maxLength: 5 })
      .map((instanceIds) => ({ instanceIds })),
    service: name.map((text) => `${text}.service`),
    alarms: fc.dictionary(name, fc.oneof(sourced, host), { minKeys: 1, maxKeys: 4 }),
    configPaths: fc.uniqueArray(
      name.map((text) => `/etc/${text}`),
      { maxLength: 3 },
    ),
    excluded: fc.constant(false),
  },
  { requiredKeys: ['targets', 'service', 'alarms'] },
);

/** Sound configurations: every alarm is answered, every strategy is reached. */
const sound = fc
  .record({
    settings: fc.record(
      { repairTimeoutSeconds: duration(600, 43_200), paused: fc.boolean() },
      { requiredKeys: ['repairTimeoutSeconds'] },
    ),
    components: fc.dictionary(name, component, { minKeys: 1, maxKeys: 4 }),
    ids: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    timeoutSeconds: duration(5, 50),
    isGrouped: fc.boolean(),
  })
  .map(({ settings, components, ids, timeoutSeconds, isGrouped }) => {
    const metrics = Object.values(components).flatMap(({ alarms }) =>
      Object.values(alarms).map(({ metric }) => metric),
    );
    const members = Object.entries(components).map(([key, value]) => [
      key,
      isGrouped ? { ...value, group: 'all' } : value,
    ]);
    return {
      settings,
      groups: isGrouped ? { all: { minHealthy: 0 } } : {},
      components: Object.fromEntries(members),
      strategies: ids.map((id) => ({
        id,
        trigger: { metrics: [...new Set(metrics)].slice(0, 50) },
        actions: [{ type: 'start_component', timeoutSeconds }],
      })),
    };
  });

describe('loading a configuration', () => {
  it('fills every default in', () => {
    expect(loadConfiguration(configurationText(), 'selfheal.yaml')).toMatchObject({
      ok: true,
      warnings: [{ code: 'nobody-notified' }],
      compiled: {
        formatVersion: 1,
        settings: { maxConcurrentRepairs: 3, repairTimeoutSeconds: 300, historyRetentionDays: 30 },
        strategies: [
          {
            trigger: { consecutiveFailures: 1, withinSeconds: 300, statuses: [] },
            actions: [{ params: { mode: 'start', settleSeconds: 2 }, timeoutSeconds: 60, onError: 'abort' }],
            verify: { timeoutSeconds: 150, stableSeconds: 10, settleSeconds: 0 },
            rollback: { onFailure: 'escalate', actions: [] },
            maxAttempts: 3,
          },
        ],
      },
    });
  });

  it('lists the members of each group, sorted', () => {
    const member = 'group: web, targets: { tags: { tier: web } }, service: a.service, signals: [memory]';
    const text = configurationText({
      groups: 'groups: { web: { maxInFlight: 2 } }',
      components: `components: { b: { ${member} }, a: { ${member} } }`,
    });
    expect(loadConfiguration(text, 'selfheal.yaml')).toMatchObject({
      ok: true,
      compiled: { groups: { web: { maxInFlight: 2, minHealthy: 0, members: ['a', 'b'] } } },
    });
  });

  it('succeeds in spite of warnings, and returns them', () => {
    expect(
      loadConfiguration(configurationText({ groups: 'groups: { idle: {} }' }), 'selfheal.yaml'),
    ).toMatchObject({
      ok: true,
      warnings: [{ code: 'nobody-notified' }, { code: 'group-without-members', severity: 'warning' }],
    });
  });

  it('compiles every sound configuration, to something that survives as JSON', () => {
    fc.assert(
      fc.property(sound, (written) => {
        const loaded = loadConfiguration(stringify(written), 'selfheal.yaml');
        if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, undefined, 1));
        expect(JSON.parse(JSON.stringify(loaded.compiled))).toEqual(loaded.compiled);
        expect(loaded.compiled.strategies).toHaveLength(written.strategies.length);
        for (const [key, { alarms, targets }] of Object.entries(loaded.compiled.components)) {
          const bound = Object.values(loaded.compiled.alarms).filter((binding) => binding.component === key);
          expect(bound.length).toBeGreaterThanOrEqual(Object.keys(alarms).length);
          expect(targets).toEqual(written.components[key].targets);
        }
      }),
    );
  });

  it('reads a compiled configuration’s own values back to the same', () => {
    fc.assert(
      fc.property(sound, (written) => {
        const first = loadConfiguration(stringify(written), 'selfheal.yaml');
        if (!first.ok) throw new Error(JSON.stringify(first.problems));
        const again = loadConfiguration(
          stringify(first.configuration, { aliasDuplicateObjects: false }),
          'again.yaml',
        );
        expect(again).toMatchObject({ ok: true, compiled: first.compiled });
      }),
    );
  });

  it('never throws, whatever the text', () => {
    const key = fc.constantFrom(
      'settings',
      'groups',
      'components',
      'strategies',
      'alarms',
      'x',
      '__proto__',
      'constructor',
    );
    const anything = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(null, 1, 'a', true, '30s'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(key, tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          anything.map((value) => stringify(value)),
        ),
        (text) => {
          const loaded = loadConfiguration(text, 'selfheal.yaml');
          expect(loaded.ok ? [] : loaded.problems).not.toHaveLength(loaded.ok ? 1 : 0);
        },
      ),
    );
  });
});
