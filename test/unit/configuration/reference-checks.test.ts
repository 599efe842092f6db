import { describe, expect, it } from 'vitest';
import {
  componentText,
  configurationText,
  expectProblem,
  ONE_HOST,
  problemsOf,
  strategyText,
} from './configuration-text.ts';

const MEMORY = 'memory: { metric: memory, threshold: 90 }';
const withAlarms = (...alarms: readonly string[]) =>
  componentText(
    ONE_HOST,
    'service: nginx.service',
    'alarms:',
    ...[MEMORY, ...alarms].map((line) => `  ${line}`),
  );

describe('a name', () => {
  it('the name of a group must be declared', () => {
    expectProblem(
      configurationText({
        groups: 'groups: { web: {} }',
        components: `components:
  web-a: { group: web, ${ONE_HOST}, service: a.service, alarms: { ${MEMORY} } }
  web-b: { group: ▼wbe, ${ONE_HOST}, service: b.service, alarms: { ${MEMORY} } }`,
      }),
      { code: 'unknown-group', path: 'components.web-b.group', nearest: 'web' },
    );
  });

  it('the name of a group is not found among inherited properties', () => {
    const problem = expectProblem(
      componentText(ONE_HOST, 'group: ▼constructor', 'service: a.service', `alarms: { ${MEMORY} }`),
      {
        code: 'unknown-group',
        path: 'components.web.group',
        others: ['invalid-name'],
      },
    );
    expect(problem).toMatchObject({
      message: 'there is no group `constructor`; declared: none',
      remedy: 'Declare the group, or correct the name.',
    });
  });

  it.each([
    ['  - { id: constructor, trigger', 'a strategy'],
    ['  - { id: a, components: [constructor], trigger', 'a component'],
  ])('cannot be that of a property that every object has: %s', (from) => {
    const text = configurationText()
      .replace('  - { id: restart, trigger', from)
      .replace('web:', 'constructor:');
    expect(problemsOf(text).map(({ code }) => code)).toContain('invalid-name');
  });

  it('the name of a component must be declared', () => {
    expectProblem(
      strategyText(
        'id: restart',
        'components: [web, ▼weeb]',
        'trigger: { metrics: [memory] }',
        'actions: [{ type: start_component }]',
      ),
      { code: 'unknown-component', path: 'strategies[0].components[1]', nearest: 'web' },
    );
  });

  const withDependencies = (names: string) =>
    componentText(ONE_HOST, 'service: nginx.service', `dependsOn: [${names}]`, `alarms: { ${MEMORY} }`);

  it('the name of a dependency must be declared', () => {
    expectProblem(withDependencies('▼weeb'), {
      code: 'unknown-component',
      path: 'components.web.dependsOn[0]',
      nearest: 'web',
    });
  });

  it('a component cannot depend on itself', () => {
    expectProblem(withDependencies('▼web'), {
      code: 'depends-on-itself',
      path: 'components.web.dependsOn[0]',
    });
  });

  const ruledOut = (...lines: readonly string[]) =>
    componentText(ONE_HOST, 'service: nginx.service', ...lines, `alarms: { ${MEMORY} }`);

  it('the name of a component that another is independent of must be declared', () => {
    expectProblem(ruledOut('independentOf: [▼weeb]'), {
      code: 'unknown-component',
      path: 'components.web.independentOf[0]',
      nearest: 'web',
    });
  });

  it('a component cannot be independent of itself', () => {
    expectProblem(ruledOut('independentOf: [▼web]'), {
      code: 'independent-of-itself',
      path: 'components.web.independentOf[0]',
    });
  });

  it('a component cannot depend on another and be independent of it', () => {
    expectProblem(
      configurationText({
        components: `components:
  web: { ${ONE_HOST}, service: a.service, dependsOn: [db], independentOf: [▼db], alarms: { ${MEMORY} } }
  db: { ${ONE_HOST}, service: db.service, alarms: { ${MEMORY} } }`,
      }),
      { code: 'independent-of-dependency', path: 'components.web.independentOf[0]' },
    );
  });

  it('only what a component depends on can have a capacity there', () => {
    expectProblem(
      componentText(ONE_HOST, 'service: nginx.service', 'capacities: { db: ▼300 }', `alarms: { ${MEMORY} }`),
      { code: 'capacity-of-no-dependency', path: 'components.web.capacities.db' },
    );
  });

  it('the name of an alarm inside a composite must be declared', () => {
    expectProblem(withAlarms('both: { metric: memory, allOf: [memory, ▼memry] }'), {
      code: 'unknown-alarm',
      path: 'components.web.alarms.both.allOf[1]',
      nearest: 'memory',
    });
  });

  it('cannot be a composite’s inside a composite', () => {
    expectProblem(
      withAlarms(
        'cpu: { metric: memory, adopt: cpu-high }',
        'both: { metric: memory, allOf: [memory, cpu] }',
        'all: { metric: memory, allOf: [memory, ▼both] }',
      ),
      { code: 'nested-composite', path: 'components.web.alarms.all.allOf[1]' },
    );
  });

  it('the id of a strategy must be unique', () => {
    const strategy = 'trigger: { metrics: [memory] }, actions: [{ type: start_component }]';
    expectProblem(
      configurationText({
        strategies: `strategies:\n  - { id: a, ${strategy} }\n  - { id: ▼a, ${strategy} }`,
      }),
      { code: 'duplicate-strategy', path: 'strategies[1].id' },
    );
  });

  it('an existing alarm may be adopted once', () => {
    expectProblem(
      configurationText({
        components: `components:
  web-a: { ${ONE_HOST}, service: a.service, alarms: { a: { metric: memory, adopt: memory-high } } }
  web-b: { ${ONE_HOST}, service: b.service, alarms: { a: { metric: memory, adopt: ▼memory-high } } }`,
      }),
      { code: 'alarm-adopted-twice', path: 'components.web-b.alarms.a.adopt' },
    );
  });

  it('two created alarms may not have the same name in CloudWatch', () => {
    const custom = '{ metric: memory, threshold: 1, namespace: N, metricName: M, dimensions: {} }';
    const problem = expectProblem(
      configurationText({
        components: `components:
  web: { ${ONE_HOST}, service: a.service, alarms: { cache-full: ${custom} } }
  web-cache: { ${ONE_HOST}, service: b.service, alarms: { ▼full: ${custom} } }`,
      }),
      { code: 'alarm-name-collision', path: 'components.web-cache.alarms.full' },
    );
    expect(problem.message).toContain(
      '`selfheal-web-cache-full` is also that of components.web.alarms.cache-full',
    );
  });

  it('an alarm that Selfheal creates may not be adopted', () => {
    expectProblem(withAlarms('▼again: { metric: memory, adopt: selfheal-web-memory-i-0123456789abcdef0 }'), {
      code: 'alarm-name-collision',
      path: 'components.web.alarms.again',
    });
  });

  it('is looked up even where other parts cannot be read', () => {
    const text = componentText(ONE_HOST, 'group: web', 'service: 3');
    expect(problemsOf(text)).toMatchObject([{ code: 'unknown-group' }, { code: 'wrong-type' }]);
  });
});
