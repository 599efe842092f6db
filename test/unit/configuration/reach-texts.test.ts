import { describe, expect, it } from 'vitest';
import { verdictsOf } from './configuration-text.ts';
import { DB, HEALTH, HOST, RING, SIGNALS, START, strategiesText, WEB } from './strategies-text.ts';

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a slip in a trigger',
    strategiesText(
      [`web: { ${HOST}, ${HEALTH}, signals: [queue, memory] }`],
      'trigger: { metrics: [memroy] }, actions: [{ type: start_component }]',
    ),
    [
      'error unreachable-strategy strategies[0].trigger: no alert can reach `s0`: its components alert on heartbeat, memory, queue, and its trigger matches none of them → Did you mean `memory`?',
    ],
  ],
  [
    'a trigger that nothing reaches',
    strategiesText(
      [`web: { ${HOST}, ${HEALTH}, signals: [queue, memory] }`],
      'trigger: { metrics: [requests] }, actions: [{ type: start_component }]',
    ),
    [
      'error unreachable-strategy strategies[0].trigger: no alert can reach `s0`: its components alert on heartbeat, memory, queue, and its trigger matches none of them → Declare an alarm or a `signals` metric that it matches (not of severity INFO), or correct the trigger.',
    ],
  ],
  [
    'a trigger of components that never alert',
    strategiesText([`web: { ${HOST} }`], `${RING}, ${START}`),
    [
      'error unreachable-strategy strategies[0].trigger: no alert can reach `s0`: its components alert on nothing, and its trigger matches none of them → Declare an alarm or a `signals` metric that it matches (not of severity INFO), or correct the trigger.',
    ],
  ],
  [
    'a metric that never alerts',
    strategiesText([WEB], 'trigger: { metrics: [memory, requests] }, actions: [{ type: start_component }]'),
    [
      'warning metric-never-alerts strategies[0].trigger.metrics[1]: no alarm and no signal of its components is called `requests`; they alert on heartbeat, memory → Declare one, or remove the metric.',
    ],
  ],
  [
    'more alerts than the watchdog sends',
    strategiesText(
      [WEB.replace(`, ${SIGNALS}`, '')],
      `trigger: { statuses: [CRITICAL], consecutiveFailures: 5 }, ${START}`,
    ),
    [
      'warning unreachable-strategy strategies[0].trigger.consecutiveFailures: `s0` waits for 5 alerts within 300 s, and only the watchdog can reach it: single misses don’t count, and it asks 4 times in that time unless `watchdog.intervalSeconds` or `watchdog.missesBeforeRestart` is lower than the default → Set `consecutiveFailures: 1`, since the watchdog has counted misses before it asks, or raise `withinSeconds`.',
    ],
  ],
  [
    'as many alerts as the watchdog sends',
    strategiesText(
      [WEB.replace(`, ${SIGNALS}`, '')],
      `trigger: { statuses: [CRITICAL], consecutiveFailures: 4 }, ${START}`,
    ),
    [],
  ],
  [
    'a critical alarm without an answer',
    strategiesText(
      [`web: { ${HOST}, ${SIGNALS}, alarms: { a: { metric: cpu, threshold: 9 } } }`],
      `${RING}, ${START}`,
    ),
    [
      'warning alarm-without-strategy components.web.alarms.a: no strategy of component `web` answers `cpu` of severity CRITICAL; its alerts will be refused → Add `metrics: [cpu]` to the trigger of a strategy (OFFLINE and ISOLATED answer what suggests a restart or isolation, and an alarm suggests neither), or give the alarm `severity: INFO` if it is for information only.',
    ],
  ],
  [
    'an alarm of a warning without an answer',
    strategiesText(
      [`web: { ${HOST}, ${SIGNALS}, alarms: { a: { metric: cpu, threshold: 9, severity: WARNING } } }`],
      `${RING}, ${START}`,
    ),
    [
      'warning alarm-without-strategy components.web.alarms.a: no strategy of component `web` answers `cpu` of severity WARNING; its alerts will be refused → Add `metrics: [cpu]` to the trigger of a strategy, or give the alarm `severity: INFO` if it is for information only.',
    ],
  ],
  [
    'an anomaly without an answer',
    strategiesText(
      [`web: { ${HOST}, ${SIGNALS}, anomalies: { cpu: { tiers: { high: signal } } } }`],
      `${RING}, ${START}`,
    ),
    [
      'warning anomaly-without-strategy components.web.anomalies.cpu: no strategy of component `web` answers `cpu` of severity CRITICAL and WARNING; its signals will be refused → Add `metrics: [cpu]` to the trigger of a strategy, or write `tiers: { critical: notify }` to have people notified only.',
    ],
  ],
  [
    'a monitor without an answer',
    strategiesText(
      [
        `web: { ${HOST}, ${SIGNALS}, monitors: { queue: { events: true, tiers: { medium: signal, critical: notify } } } }`,
      ],
      `${RING}, ${START}`,
    ),
    [
      'warning anomaly-without-strategy components.web.monitors.queue: no strategy of component `web` answers `queue` of severity WARNING; its signals will be refused → Add `metrics: [queue]` to the trigger of a strategy, or write `tiers: { critical: notify }` to have people notified only.',
    ],
  ],
  [
    'leaks without an answer',
    strategiesText([`web: { ${HOST}, ${SIGNALS}, profile: {} }`], `${RING}, ${START}`),
    [
      'warning anomaly-without-strategy components.web.profile: no strategy of component `web` answers goroutine_leak, memory_leak, descriptor_leak; these signals of its profile will be refused → Add `metrics: [goroutine_leak, memory_leak, descriptor_leak]` to the trigger of a strategy, or write `tiers: { critical: notify }` under `profile` to have people notified only.',
    ],
  ],
  [
    'nothing of an excluded component',
    strategiesText(
      [
        WEB,
        DB.replace(
          SIGNALS,
          'excluded: true, profile: {}, anomalies: { cpu: {} }, alarms: { a: { metric: cpu, threshold: 9 } }',
        ),
      ],
      `${RING}, ${START}`,
    ),
    [],
  ],
];

describe('a trigger, or what alerts,', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, yaml, said) => {
    expect(verdictsOf(yaml)).toEqual(said);
  });
});
