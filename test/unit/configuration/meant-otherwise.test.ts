import { describe, expect, it } from 'vitest';
import {
  componentText,
  configurationText,
  ONE_HOST,
  strategyText,
  verdictsOf,
} from './configuration-text.ts';
import { said } from './sound-text.ts';

const TRIGGER = 'trigger: { metrics: [memory] }';
const ACTIONS = 'actions: [{ type: start_component }]';
const strategy = (line: string) => strategyText('id: restart', TRIGGER, ACTIONS, line);
const alarm = (fields: string) =>
  componentText(ONE_HOST, 'service: a.service', `alarms: { memory: { metric: memory, ${fields} } }`);
const web = (...lines: readonly string[]) =>
  componentText(
    ONE_HOST,
    'service: a.service',
    'alarms: { memory: { metric: memory, threshold: 90 } }',
    ...lines,
  );

describe('what other tools call otherwise', () => {
  it.each([
    [alarm('threshold: 90, comparison: gte'), 'gte: write `>=`.'],
    [alarm('threshold: 90, comparison: lt'), 'lt: write `<`.'],
    [alarm('threshold: 90, statistic: avg'), 'Write `Average`.'],
    [alarm('threshold: 90, statistic: MAX'), 'Write `Maximum`.'],
    [alarm('threshold: 90, statistic: tm99'), 'What it is: How the values of a data point become one.'],
    [strategy('mode: dry-run'), 'dry-run: write `observe`.'],
    [strategy('mode: manual'), 'manual: write `propose`.'],
    [strategy('verify: { by: health }'), 'health: write `endpoint`.'],
    [strategy('verify: { by: [alarm] }'), 'Write one value, without a list: `alarm`.'],
    [web('health: { url: web.example.com/health }'), 'Write `https://web.example.com/health`.'],
    [web().replace('a.service', '../a.service'), 'Write `a.service`.'],
  ])('is refused with its name here: %s', (text, remedy) => {
    expect(verdictsOf(text)).toEqual([expect.stringContaining(` → ${remedy}`)]);
  });

  it('includes the metrics of hosts by their names in CloudWatch', () => {
    expect(said('metric: memory', 'metric: mem_used_percent')).toContainEqual(
      expect.stringMatching(/^5: Selfheal does not know .* → Did you mean `memory`\?$/),
    );
  });
});

it.each([
  ['type: start_component', 'type: restart', 'Did you mean `restart_service`?'],
  ['type: start_component', 'type: isolate', 'Did you mean `isolate_network`?'],
  // Two begin with it.
  ['type: start_component', 'type: rollback', 'Write one of them.'],
  ['maxConcurrentTargets: 1', 'anomalies: { cpu: true }', 'Write `{}`.'],
  [
    'maxConcurrentTargets: 1',
    'anomalies: { cpu: }',
    'Write `{}` if nothing is to be set, or remove the key.',
  ],
  ['maxConcurrentTargets: 1', 'health:', 'Give it a value, or remove the key.'],
  ['maxConcurrentTargets: 1', 'logs: ["arn:aws:logs:eu-west-1:1:log-group:/web:*"]', 'Write `/web`.'],
  // What is deep in another part, and not in use, is not what was meant.
  ['maxConcurrentTargets: 1', 'anomalies: { cpu: { sensitivity: 3 } }', 'Remove `sensitivity`.'],
])('what is short for something is refused with what that is: %s as %s', (from, to, remedy) => {
  expect(said(from, to)).toEqual([expect.stringContaining(` → ${remedy}`)]);
});

it('an address without a host name is refused', () => {
  expect(verdictsOf(web('health: { url: "https:///health" }'))).toEqual([
    expect.stringContaining(
      'error invalid-value components.web.health.url: expected an address with a host name',
    ),
  ]);
});

it('an alarm on Selfheal itself cannot be adopted', () => {
  expect(verdictsOf(alarm('adopt: SelfhealEngine-act-errors'))).toEqual([
    'error own-alarm-adopted components.web.alarms.memory.adopt: `SelfhealEngine-act-errors` is an alarm on Selfheal itself, which people must see to: it cannot start repairs → Adopt an alarm on the component; none of yours may begin with `SelfhealEngine-`.',
  ]);
  expect(verdictsOf(alarm('adopt: Selfheal-memory'))).toEqual([]);
});

it('a strategy for a component that does not exist causes one problem', () => {
  const text = configurationText().replace('id: restart,', 'id: restart, components: [wbe],');
  expect(verdictsOf(text)).toEqual([expect.stringContaining('there is no component `wbe`')]);
});
