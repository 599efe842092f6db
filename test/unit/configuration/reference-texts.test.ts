import { describe, expect, it } from 'vitest';
import { verdictsOf } from './configuration-text.ts';
import { A, alone, B, withComponents } from './services-text.ts';

const and = (text: string, more: string) => `${text}${more}\n`;

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: that is what people write
/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a group that is not declared',
    `groups: { web: {}, db: {} }\n${alone('group: wbe')}`,
    [
      'error unknown-group components.web0.group: there is no group `wbe`; declared: web, db → Did you mean `web`?',
    ],
  ],
  [
    'a window that is not declared',
    alone('window: nights'),
    [
      'error unknown-window components.web0.window: there is no window `nights`; declared: none → Declare the window, or correct the name.',
    ],
  ],
  [
    'windows that are not declared',
    `settings: { window: a }\ngroups: { web: { window: b } }\nwindows: { c: {} }\n${alone('group: web, window: c')}`,
    [
      'error unknown-window settings.window: there is no window `a`; declared: c → Did you mean `c`?',
      'error unknown-window groups.web.window: there is no window `b`; declared: c → Did you mean `c`?',
    ],
  ],
  [
    'dependencies that do not fit',
    withComponents(
      `targets: { instanceIds: [${A}] }, dependsOn: [web0, web2, web1], independentOf: [web0, web1, nobody], capacities: { web1: 3, nothing: 4 }`,
      `targets: { instanceIds: [${B}] }`,
    ),
    [
      'error depends-on-itself components.web0.dependsOn[0]: `web0` depends on itself; allowed here: other components → Remove it.',
      'error unknown-component components.web0.dependsOn[1]: there is no component `web2`; declared: web0, web1 → Did you mean `web0`?',
      'error independent-of-itself components.web0.independentOf[0]: `web0` is independent of itself; allowed here: other components → Remove it.',
      'error independent-of-dependency components.web0.independentOf[0]: `web0` also declares that it depends on `web0` → Remove it here, or from `dependsOn`.',
      'error independent-of-dependency components.web0.independentOf[1]: `web0` also declares that it depends on `web1` → Remove it here, or from `dependsOn`.',
      'error unknown-component components.web0.independentOf[2]: there is no component `nobody`; declared: web0, web1 → Declare the component, or correct the name.',
      'error capacity-of-no-dependency components.web0.capacities.nothing: `web0` does not depend on `nothing`; its dependencies: web0, web2, web1 → Add `nothing` to `dependsOn`, or correct the name.',
    ],
  ],
  [
    'a capacity without dependencies',
    alone('capacities: { db: 3 }'),
    [
      'error capacity-of-no-dependency components.web0.capacities.db: `web0` does not depend on `db`; its dependencies: none → Add `db` to `dependsOn`, or correct the name.',
    ],
  ],
  [
    'alarms of alarms',
    alone('signals: [cpu]').replace(
      'alarms: {',
      'alarms: { both: { metric: memory, allOf: [memory, memry] }, all: { metric: memory, allOf: [both, memory] },',
    ),
    [
      'error unknown-alarm components.web0.alarms.both.allOf[1]: there is no alarm `memry`; declared: memory → Did you mean `memory`?',
      'error nested-composite components.web0.alarms.all.allOf[0]: `both` is itself a composite of other alarms; allowed here: memory → Name the alarms that it combines.',
    ],
  ],
  [
    'alarms of alarms alone',
    alone('signals: [cpu]').replace(
      /alarms: \{.*\} \}, t/,
      'alarms: { a: { metric: memory, allOf: [b, c] }, b: { metric: memory, allOf: [a, c] } }, t',
    ),
    [
      'error nested-composite components.web0.alarms.a.allOf[0]: `b` is itself a composite of other alarms; allowed here: none → Name the alarms that it combines.',
      'error unknown-alarm components.web0.alarms.a.allOf[1]: there is no alarm `c`; declared: none → Declare the alarm, or correct the name.',
      'error nested-composite components.web0.alarms.b.allOf[0]: `a` is itself a composite of other alarms; allowed here: none → Name the alarms that it combines.',
      'error unknown-alarm components.web0.alarms.b.allOf[1]: there is no alarm `c`; declared: none → Declare the alarm, or correct the name.',
    ],
  ],
  [
    'a strategy’s components, and an id that is taken',
    and(
      alone('signals: [cpu]'),
      '  - { id: restart, components: [web0, web00], trigger: { metrics: [memory] }, actions: [{ type: start_component }] }',
    ),
    [
      'error duplicate-strategy strategies[1].id: strategies[0] already has the id `restart`; attempts and cooldowns are counted by id → Give it an id of its own.',
      'error unknown-component strategies[1].components[1]: there is no component `web00`; declared: web0 → Did you mean `web0`?',
    ],
  ],
  [
    'a peer’s component',
    and(alone('signals: [cpu]'), 'peers: { a: { tcp: "a:1", component: web9 } }'),
    [
      'error unknown-component peers.a.component: there is no component `web9`; declared: web0 → Did you mean `web0`?',
    ],
  ],
  [
    'a variable that nobody replaces',
    alone('signals: [cpu]').replace(`instanceIds: [${A}]`, 'tags: { role: "${ROLE}", name: "${NAME}" }'),
    [
      'warning unexpanded-variable components.web0.targets.tags.role: `${ROLE}` is taken literally → Selfheal does not replace variables: write the value itself, or fill in the file beforehand, for example with `envsubst`.',
    ],
  ],
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: that is what people write

describe('a name', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
