import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { COMPONENT_STATUSES } from '../../../functions/core/configuration/schema/strategy-schema.ts';
import { matchingStrategies } from '../../../functions/core/signal/match-strategy.ts';
import { parseSignal } from '../../../functions/core/signal/parse-signal.ts';
import { sampleEvent } from '../../factories/events/sample-event.ts';
import {
  componentText,
  configurationText,
  expectProblem,
  ONE_HOST,
  problemsOf,
} from './configuration-text.ts';

const BASE = 'targets: { instanceIds: [i-0123456789abcdef0] }, service: a.service';
const WATCHED = 'health: { url: "https://a.example.com/health" }';

const text = (component: string, ...triggers: readonly string[]) =>
  configurationText({
    components: `components:\n  web: { ${BASE}, ${component} }`,
    strategies: [
      'strategies:',
      ...triggers.map(
        (trigger, index) => `  - { id: s${index}, ${trigger}, actions: [{ type: start_component }] }`,
      ),
    ].join('\n'),
  });

const memory = (severity: string) =>
  `alarms: { memory: { metric: memory, threshold: 90, severity: ${severity} } }`;

describe('a strategy', () => {
  it('is refused if no alert can reach it, with the metric that may have been meant', () => {
    const problem = expectProblem(text('signals: [queue_depth]', '▼trigger: { metrics: [queue-dept] }'), {
      code: 'unreachable-strategy',
      path: 'strategies[0].trigger',
      nearest: 'queue_depth',
    });
    expect(problem.message).toContain('its components alert on queue_depth');
  });

  it('cannot be reached by an alarm of severity INFO', () => {
    expectProblem(text(memory('INFO'), '▼trigger: { metrics: [memory] }'), {
      code: 'unreachable-strategy',
      path: 'strategies[0].trigger',
    });
  });

  it('an alarm of severity WARNING does not reach a strategy on a status', () => {
    expectProblem(text(memory('WARNING'), '▼trigger: { statuses: [CRITICAL] }'), {
      code: 'unreachable-strategy',
      path: 'strategies[0].trigger',
      others: ['alarm-without-strategy'],
    });
  });

  it('a critical alarm does not reach a strategy on DEGRADED', () => {
    expectProblem(text(memory('CRITICAL'), '▼trigger: { statuses: [DEGRADED] }'), {
      code: 'unreachable-strategy',
      path: 'strategies[0].trigger',
      others: ['alarm-without-strategy'],
    });
  });

  it.each(['OFFLINE', 'ISOLATED'])(
    'an alarm, which suggests nothing, does not reach a strategy on %s',
    (status) => {
      expectProblem(text(memory('CRITICAL'), `▼trigger: { statuses: [${status}] }`), {
        code: 'unreachable-strategy',
        path: 'strategies[0].trigger',
        others: ['alarm-without-strategy'],
      });
    },
  );

  it('cannot be reached by the alarms of components that it leaves out', () => {
    const marked = configurationText({
      components: `components:\n  web: { ${BASE}, ${memory('CRITICAL')} }\n  db: { ${BASE}, excluded: true }`,
      strategies: `strategies:
  - { id: web, trigger: { metrics: [memory] }, actions: [{ type: start_component }] }
  - { id: db, components: [db], ▼trigger: { metrics: [memory] }, actions: [{ type: start_component }] }`,
    });
    expectProblem(marked, { code: 'unreachable-strategy', path: 'strategies[1].trigger' });
  });

  it('may be reached by a component that is excluded for now', () => {
    expect(
      problemsOf(text(`excluded: true, ${memory('CRITICAL')}`, 'trigger: { metrics: [memory] }')),
    ).toEqual([]);
  });

  it.each([
    ['an alarm of severity WARNING on its metric', memory('WARNING'), 'trigger: { metrics: [memory] }'],
    ['a critical alarm on a status', memory('CRITICAL'), 'trigger: { statuses: [CRITICAL] }'],
    ['a declared signal that suggests a restart', 'signals: [memory]', 'trigger: { statuses: [OFFLINE] }'],
    ['a declared signal that suggests isolation', 'signals: [memory]', 'trigger: { statuses: [ISOLATED] }'],
    ['a declared signal', 'signals: [memory]', 'trigger: { metrics: [memory] }'],
    ['a declared signal on a status', 'signals: [memory]', 'trigger: { statuses: [CRITICAL] }'],
    ['the heartbeat of a component with an endpoint', WATCHED, 'trigger: { metrics: [heartbeat] }'],
    ['a missed heartbeat on a status', WATCHED, 'trigger: { statuses: [OFFLINE] }'],
    ['a peer that restarts don’t bring back', WATCHED, 'trigger: { statuses: [ISOLATED] }'],
    ['the first missed heartbeat', WATCHED, 'trigger: { statuses: [DEGRADED] }'],
    ['a warning on a status', memory('WARNING'), 'trigger: { statuses: [DEGRADED] }'],
  ])('can be reached by %s', (_by, component, trigger) => {
    expect(problemsOf(text(component, trigger))).toEqual([]);
  });

  it('may follow another with the same trigger, as the next rung of a ladder', () => {
    const trigger = 'trigger: { metrics: [memory] }';
    expect(problemsOf(text(memory('CRITICAL'), trigger, trigger))).toEqual([]);
  });

  it('causes a warning when one of its metrics never alerts', () => {
    expectProblem(text('signals: [memory]', 'trigger: { metrics: [memory, ▼memroy] }'), {
      code: 'metric-never-alerts',
      path: 'strategies[0].trigger.metrics[1]',
      severity: 'warning',
      nearest: 'memory',
    });
  });

  it.each([
    [
      'three within two minutes',
      'trigger: { metrics: [heartbeat], consecutiveFailures: ▼3, withinSeconds: 2m }',
    ],
    ['five within five minutes', 'trigger: { statuses: [CRITICAL], consecutiveFailures: ▼5 }'],
  ])('causes a warning when it waits for more than the watchdog asks for: %s', (_which, trigger) => {
    const problem = expectProblem(text(WATCHED, trigger), {
      code: 'unreachable-strategy',
      path: 'strategies[0].trigger.consecutiveFailures',
      severity: 'warning',
    });
    expect(problem.message).toContain('single misses don’t count');
  });

  it.each([
    ['the watchdog, if it asks often enough', WATCHED, '{ metrics: [heartbeat], consecutiveFailures: 4 }'],
    ['single misses', WATCHED, '{ statuses: [DEGRADED], consecutiveFailures: 5 }'],
    [
      'something else, too',
      `${WATCHED}, signals: [memory]`,
      '{ statuses: [CRITICAL], consecutiveFailures: 5 }',
    ],
  ])('may wait for several alerts of %s', (_by, component, trigger) => {
    expect(problemsOf(text(component, `trigger: ${trigger}`))).toEqual([]);
  });

  it('may wait for as many alerts as several peers of a component ask for', () => {
    const trigger = 'trigger: { metrics: [heartbeat], consecutiveFailures: 5 }';
    const peers = 'peers: { exporter: { tcp: "a:9100", component: web } }\n';
    expect(problemsOf(text(WATCHED, trigger) + peers)).toEqual([]);
  });

  it('may wait for as many alerts as an impatient peer asks for', () => {
    const trigger = 'trigger: { metrics: [heartbeat], consecutiveFailures: 5 }';
    const peers = 'peers: { web: { missesBeforeRestart: 1 } }\n';
    expect(problemsOf(text(WATCHED, trigger) + peers)).toEqual([]);
  });

  it('is not judged while some part of the file cannot be read', () => {
    const unread = text('signals: 3', 'trigger: { metrics: [memory] }');
    expect(problemsOf(unread).map(({ code }) => code)).toEqual(['wrong-type']);
  });
});

function alarmEvent(alarmName: string) {
  const event = sampleEvent('metric-alarm');
  return { ...event, detail: { ...event.detail, alarmName } };
}

describe('an alarm', () => {
  const other = (severity: string) =>
    componentText(
      ONE_HOST,
      'service: a.service',
      'alarms:',
      '  memory: { metric: memory, threshold: 90 }',
      `  ▼cpu: { metric: cpu, threshold: 90, severity: ${severity} }`,
    );

  it('causes a warning if no strategy answers it', () => {
    expectProblem(other('CRITICAL'), {
      code: 'alarm-without-strategy',
      path: 'components.web.alarms.cpu',
      severity: 'warning',
    });
  });

  it.each([
    ['on statuses that watchdogs and monitors ask for', WATCHED, '{ statuses: [OFFLINE, ISOLATED] }'],
    ['on warnings', 'signals: [memory]', '{ statuses: [DEGRADED] }'],
    ['on another metric', 'signals: [queue_depth]', '{ metrics: [queue_depth] }'],
  ])('finds no answer in strategies %s', (_, more, trigger) => {
    const problem = expectProblem(
      text(`${more}, ${memory('CRITICAL').replace('memory:', '▼memory:')}`, `trigger: ${trigger}`),
      { code: 'alarm-without-strategy', path: 'components.web.alarms.memory', severity: 'warning' },
    );
    expect(problem.message).toBe(
      'no strategy of component `web` answers `memory` of severity CRITICAL; its alerts will be refused',
    );
  });

  it('finds a strategy exactly where triage would find one', () => {
    const statuses = fc.subarray([...COMPONENT_STATUSES]);
    const metrics = fc.subarray(['memory', 'other']);
    const trigger = fc
      .record({ statuses, metrics })
      .filter((each) => each.statuses.length + each.metrics.length > 0);
    fc.assert(
      fc.property(trigger, fc.constantFrom('WARNING', 'CRITICAL'), (given, severity) => {
        const written = text(
          `signals: [other], ${WATCHED}, ${memory(severity)}`,
          `trigger: ${JSON.stringify(given)}`,
          'trigger: { metrics: [other], statuses: [OFFLINE, ISOLATED] }',
        );
        const loaded = loadConfiguration(written, 'selfheal.yaml');
        if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
        const [alarmName = ''] = Object.keys(loaded.compiled.alarms);
        const parsed = parseSignal(
          alarmEvent(alarmName),
          loaded.compiled,
          Date.parse('2019-10-02T17:04:45Z'),
        );
        const alert = parsed.kind === 'alert' ? parsed.alert : undefined;
        const found = alert ? matchingStrategies(loaded.compiled.strategies, alert) : [];
        const warned = loaded.warnings.some(({ code }) => code === 'alarm-without-strategy');
        expect([parsed.kind, warned]).toEqual(['alert', found.length === 0]);
      }),
    );
  });

  it('an alarm of severity INFO needs no strategy', () => {
    expect(problemsOf(other('INFO').replace('▼', ''))).toEqual([]);
  });

  it('an alarm of an excluded component needs no strategy', () => {
    const excluded = configurationText({
      components: `components:\n  web: { ${BASE}, ${memory('CRITICAL')} }\n  db: { ${BASE}, excluded: true, alarms: { cpu: { metric: cpu, threshold: 1 } } }`,
    });
    expect(problemsOf(excluded)).toEqual([]);
  });
});
