import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const ACTIONS = `actions:
  restart-task:
    type: invoke_function
    params: { function: orders-restart:live, effect: restarts, undo: true, parameters: { cluster: prod, force: false } }
    timeoutSeconds: 20
`;
const ORDERS = `components:
  orders:
    targets: { custom: arn:aws:ecs:eu-west-1:123456789012:service/prod/orders }
    health: { url: https://orders.example.com/health }
    signals: [errors]
`;
const text = (step: string, { components = ORDERS, actions = ACTIONS, more = '' } = {}) =>
  configurationText({
    components,
    groups: actions,
    strategies: `strategies:\n  - { id: heal, trigger: { metrics: [errors] }, actions: [${step}]${more} }`,
  });

const actionsOf = (yaml: string) => {
  const loaded = loadConfiguration(yaml, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.compiled.strategies[0]?.actions;
};

describe('an action of one’s own', () => {
  it('replaces its name wherever a strategy uses it', () => {
    expect(actionsOf(text('{ type: restart-task }'))).toEqual([
      {
        type: 'invoke_function',
        params: {
          function: 'orders-restart:live',
          effect: 'restarts',
          phase: 'do',
          undo: true,
          parameters: { cluster: 'prod', force: false },
        },
        timeoutSeconds: 20,
        onError: 'abort',
      },
    ]);
  });

  it('lets a step replace what it declares, and add parameters', () => {
    const step =
      '{ type: restart-task, params: { parameters: { force: true, wait: 5 } }, onError: rollback }';
    expect(actionsOf(text(step))).toMatchObject([
      {
        params: { function: 'orders-restart:live', parameters: { cluster: 'prod', force: true, wait: 5 } },
        timeoutSeconds: 20,
        onError: 'rollback',
      },
    ]);
  });

  it('can be undone by a rollback plan', () => {
    const more = ', rollback: { actions: [{ type: restart-task, params: { phase: undo } }] }';
    const loaded = loadConfiguration(text('{ type: restart-task }', { more }), 'selfheal.yaml');
    expect(loaded.ok && loaded.compiled.strategies[0]?.rollback.actions).toMatchObject([
      { type: 'invoke_function', params: { function: 'orders-restart:live', phase: 'undo' } },
    ]);
  });

  it('must be declared', () => {
    expectProblem(text('{ type: ▼restart-tasks }', { actions: '' }), {
      code: 'unknown-action',
      path: 'strategies[0].actions[0].type',
    });
  });

  it.each([
    ['▼selfheal-conclude', 'invalid-name'],
    ['▼arn:aws:lambda:eu-west-1:123456789012:function:f', 'invalid-format'],
    ['▼"f; rm -rf /"', 'invalid-format'],
  ] as const)('cannot be %s', (name, code) => {
    expectProblem(text(`{ type: invoke_function, params: { function: ${name} } }`, { actions: '' }), {
      code,
      path: 'strategies[0].actions[0].params.function',
    });
  });

  it('may take no longer than the function that waits for it', () => {
    const step = '{ type: invoke_function, params: { function: f }, timeoutSeconds: ▼46 }';
    const problem = expectProblem(text(step, { actions: '' }), {
      code: 'out-of-range',
      path: 'strategies[0].actions[0].timeoutSeconds',
    });
    expect(problem.remedy).toContain('add `lasting: true`');
  });
});

const RESOURCES = [
  ['an alias', 'lambdaAlias: orders:live'],
  ['a service of ECS', 'ecsService: prod/orders'],
  ['a database instance', 'dbInstance: orders-db'],
  ['a database cluster', 'dbCluster: orders-cluster'],
] as const;

describe.each(RESOURCES)('a component that is %s', (_, targets) => {
  const components = ORDERS.replace(/custom: .*\}/, `${targets} }`);

  it.each([
    '{ type: restart-task }',
    '{ type: run_automation, params: { document: Acme-Restore, accepts: { Ids: { type: StringList } }, targetsParameter: Ids } }',
  ])('can be healed by %s', (step) => {
    const more = ', rollback: { actions: [] }';
    const longEnough = `${ACTIONS}settings: { repairTimeoutSeconds: 15m }\n`;
    expect(problemsOf(text(step, { components, more, actions: longEnough }))).toEqual([]);
  });

  it('cannot be healed by a Command document, which needs hosts', () => {
    expectProblem(text('{ type: ▼run_document, params: { document: acme } }', { components }), {
      code: 'hosts-needed',
      path: 'strategies[0].actions[0].type',
    });
  });
});

describe('the kinds of targets that a declaration names', () => {
  const narrowed = (kinds: string) => ACTIONS.replace('undo: true,', `undo: true, targetKinds: ${kinds},`);

  it('are the only ones on which a strategy may use the action', () => {
    const problem = expectProblem(
      text('{ type: ▼restart-task }', { actions: narrowed('[ecs_service, db_cluster]') }),
      { code: 'other-target-needed', path: 'strategies[0].actions[0].type' },
    );
    expect(problem.message).toContain(
      'whose `targetKinds` are an `ecsService` target or a `dbCluster` target, on component `orders`, which has a `custom` target',
    );
    expect(problem.remedy).toContain('Add `custom` to its `targetKinds` if it works there');
    expect(problemsOf(text('{ type: restart-task }', { actions: narrowed('[host, custom]') }))).toEqual([]);
  });

  it.each([
    ['[▼task]', 'unknown-value', 'actions.restart-task.params.targetKinds[0]'],
    ['▼[]', 'wrong-length', 'actions.restart-task.params.targetKinds'],
  ] as const)('cannot be %s', (kinds, code, path) => {
    expectProblem(text('{ type: restart-task }', { actions: narrowed(kinds) }), {
      code,
      path,
      others: [code],
    });
  });
});

describe('an action whose function answers while its work goes on', () => {
  const lasting = (time: string) =>
    text(`{ type: invoke_function, params: { function: f, lasting: true }, timeoutSeconds: ${time} }`, {
      actions: 'settings: { repairTimeoutSeconds: 2h }\n',
    });

  it('may take as long as any other action', () => {
    expect(problemsOf(lasting('1h'))).toEqual([]);
    expectProblem(lasting('▼61m'), {
      code: 'out-of-range',
      path: 'strategies[0].actions[0].timeoutSeconds',
    });
  });
});

describe('a component with a custom target', () => {
  it.each(['start_component', 'isolate_network'])('cannot be healed by %s', (type) => {
    expectProblem(text(`{ type: ▼${type} }`, { actions: '' }), {
      code: 'hosts-needed',
      path: 'strategies[0].actions[0].type',
      others: type === 'start_component' ? ['missing-component-fact'] : ['left-isolated'],
    });
  });

  it.each([
    ['service', 'orders.service'],
    ['configPaths', '[/etc/orders.conf]'],
    ['tempPaths', '[/var/tmp/orders]'],
  ])('has no %s', (fact, value) => {
    expectProblem(text('{ type: restart-task }', { components: `${ORDERS}    ▼${fact}: ${value}\n` }), {
      code: 'hosts-needed',
      path: `components.orders.${fact}`,
    });
  });

  it('has no alarm on each instance', () => {
    const alarms = '    alarms: { ▼busy: { metric: cpu, threshold: 90 } }\n';
    expectProblem(text('{ type: restart-task }', { components: `${ORDERS}${alarms}` }), {
      code: 'dimensions-needed',
      path: 'components.orders.alarms.busy',
      others: ['alarm-without-strategy'],
    });
  });

  it('needs a well-formed name', () => {
    const components = ORDERS.replace(/custom: .*\}/, 'custom: ▼"$(reboot)" }');
    expectProblem(text('{ type: restart-task }', { components }), {
      code: 'invalid-format',
      path: 'components.orders.targets.custom',
    });
  });

  it('can be verified by its endpoint or an alarm alone', () => {
    expect(problemsOf(text('{ type: restart-task }'))).toEqual([]);
    const components = ORDERS.replace(/ {4}health.*\n/, '');
    expect(problemsOf(text('{ type: restart-task }', { components })).map(({ code }) => code)).toEqual([
      'no-verification',
    ]);
  });
});
