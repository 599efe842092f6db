import { describe, expect, it } from 'vitest';
import {
  componentText,
  configurationText,
  expectProblem,
  MEMORY_ALARM,
  ONE_HOST,
  problemsOf,
  strategyText,
} from './configuration-text.ts';

const TRIGGER = 'trigger: { metrics: [memory] }';
const ACTIONS = 'actions: [{ type: start_component }]';

const settings = (text: string) => configurationText({ settings: `settings: { ${text} }` });
const alarm = (text: string) =>
  componentText(
    ONE_HOST,
    'service: nginx.service',
    `alarms: { memory: { metric: memory, threshold: 90 }, other: ${text} }`,
  );
const strategy = (...lines: readonly string[]) => strategyText('id: restart', TRIGGER, ...lines);

describe('the problems that the schema finds', () => {
  it('include an unknown key, at the key, with the nearest one', () => {
    const problem = expectProblem(settings('▼maxConcurentRepairs: 2'), {
      code: 'unknown-key',
      path: 'settings.maxConcurentRepairs',
      nearest: 'maxConcurrentRepairs',
    });
    expect(problem).toMatchObject({ value: 2, remedy: 'Did you mean `maxConcurrentRepairs`?' });
  });

  it('include an unknown key without a suggestion when no key is near', () => {
    const problem = expectProblem(settings('▼colour: red'), { code: 'unknown-key', path: 'settings.colour' });
    expect(problem.message).toContain('autoHealEnabled');
  });

  it('include an unknown parameter of the action whose type is given', () => {
    const problem = expectProblem(
      strategy('actions: [{ type: start_component, params: { ▼graceSeconds: 1s } }]'),
      { code: 'unknown-key', path: 'strategies[0].actions[0].params.graceSeconds' },
    );
    expect(problem.message).toContain('mode, settleSeconds');
  });

  it('include a missing key, at the mapping that lacks it', () => {
    expectProblem(
      configurationText({ components: `components:\n  ▼web:\n    ${MEMORY_ALARM}\n    service: a.service` }),
      {
        code: 'missing-key',
        path: 'components.web.targets',
      },
    );
  });

  it('include a missing key of a list’s entry, at the entry', () => {
    expectProblem(strategyText(`▼${TRIGGER}`, ACTIONS), { code: 'missing-key', path: 'strategies[0].id' });
  });

  it('include a missing action type', () => {
    expectProblem(strategy('actions: [▼{ onError: abort }]'), {
      code: 'missing-key',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('include one mistake when a required key is misspelt', () => {
    expectProblem(alarm('{ metric: cpu, ▼treshold: 9 }'), {
      code: 'unknown-key',
      path: 'components.web.alarms.other.treshold',
      nearest: 'threshold',
    });
  });

  it('include a value of the wrong type', () => {
    const problem = expectProblem(settings('paused: ▼yes'), { code: 'wrong-type', path: 'settings.paused' });
    expect(problem.message).toBe('expected true or false; got "yes"');
  });

  it('include a value of the wrong type, at the key, when nothing follows it', () => {
    expectProblem(configurationText({ settings: '▼settings:' }), { code: 'wrong-type', path: 'settings' });
  });

  it('include a number in quotes', () => {
    const problem = expectProblem(settings('maxConcurrentRepairs: ▼"2"'), {
      code: 'wrong-type',
      path: 'settings.maxConcurrentRepairs',
    });
    expect(problem.remedy).toBe('Remove the quotes: write `2`.');
  });

  it('include a value that is not one of those allowed', () => {
    const problem = expectProblem(strategy('actions: [{ type: start_component, onError: ▼rolback }]'), {
      code: 'unknown-value',
      path: 'strategies[0].actions[0].onError',
      nearest: 'rollback',
    });
    expect(problem.message).toBe('expected one of continue, abort, rollback; got "rolback"');
  });

  it('include an unknown action, with the nearest one', () => {
    expectProblem(strategy('actions: [{ type: ▼gracefull_stop, timeoutSeconds: 10s }]'), {
      code: 'unknown-action',
      path: 'strategies[0].actions[0].type',
      nearest: 'graceful_stop',
    });
  });

  it('include an unknown action of a rollback plan', () => {
    expectProblem(strategy(ACTIONS, 'rollback: { actions: [{ type: ▼restore-network }] }'), {
      code: 'unknown-action',
      path: 'strategies[0].rollback.actions[0].type',
      nearest: 'restore_network',
    });
  });

  it('include a name that could not become a resource’s', () => {
    expectProblem(configurationText({ groups: 'groups: { ▼Web: {} }' }), {
      code: 'invalid-name',
      path: 'groups.Web',
    });
  });

  it.each(['openrc', 'OpenRC', 'init.d'])('include a value that has another name here: %s', (name) => {
    const problem = expectProblem(
      componentText(ONE_HOST, 'service: nginx.service', `serviceManager: ▼${name}`, MEMORY_ALARM),
      { code: 'unknown-value', path: 'components.web.serviceManager' },
    );
    expect(problem.message).toContain('expected one of systemd, sysv');
    expect(problem.remedy).toMatch(/: write `sysv`\.$/);
  });

  it('include a format that is not the field’s', () => {
    expectProblem(componentText(ONE_HOST, 'service: ▼nginx', MEMORY_ALARM), {
      code: 'invalid-format',
      path: 'components.web.service',
      nearest: 'nginx.service',
    });
  });

  it('include a text that is not a duration', () => {
    expectProblem(settings('repairTimeoutSeconds: ▼5min'), {
      code: 'invalid-format',
      path: 'settings.repairTimeoutSeconds',
    });
  });

  it('include a text that is not a network of either family', () => {
    const problem = expectProblem(
      strategy(`actions: [{ type: isolate_network, params: { managementCidrs: [▼bastion] } }]`),
      { code: 'invalid-format', path: 'strategies[0].actions[0].params.managementCidrs[0]' },
    );
    expect(problem.message).toContain('IPv4 network such as 10.0.0.0/8 or an IPv6');
  });

  it('include a period that CloudWatch does not have', () => {
    expectProblem(alarm('{ metric: cpu, threshold: 9, periodSeconds: ▼45s }'), {
      code: 'invalid-value',
      path: 'components.web.alarms.other.periodSeconds',
    });
  });

  it('include a number outside its limits', () => {
    expectProblem(settings('maxConcurrentRepairs: ▼0'), {
      code: 'out-of-range',
      path: 'settings.maxConcurrentRepairs',
    });
  });

  it('include a duration outside its limits, which the message names', () => {
    const problem = expectProblem(settings('repairTimeoutSeconds: ▼5s'), {
      code: 'out-of-range',
      path: 'settings.repairTimeoutSeconds',
    });
    expect(problem.message).toBe('expected a duration from 30s to 12h; got "5s"');
  });

  it('include a list that is too short', () => {
    expectProblem(strategy('actions: ▼[]'), { code: 'wrong-length', path: 'strategies[0].actions' });
  });

  it('include a list of more instances than one component may have', () => {
    const ids = Array.from({ length: 1_001 }, (_, index) => `i-${(0xab000000 + index).toString(16)}`);
    expectProblem(
      componentText(`targets: { instanceIds: ▼[${ids.join(', ')}] }`, 'service: a.service', MEMORY_ALARM),
      {
        code: 'wrong-length',
        path: 'components.web.targets.instanceIds',
      },
    );
  });

  it('include a selector without any tag', () => {
    expectProblem(componentText('targets: { tags: ▼{} }'), {
      code: 'empty-selector',
      path: 'components.web.targets.tags',
    });
  });

  it.each(['▼"*"', '▼web-?', '▼"a,b"'])(
    'include a selector with a wildcard or list in its value: %s',
    (value) => {
      expectProblem(componentText(`targets: { tags: { tier: ${value} } }`), {
        code: 'wildcard-selector',
        path: 'components.web.targets.tags.tier',
      });
    },
  );

  it('include a selector with a wildcard in its key', () => {
    expectProblem(componentText('targets: { tags: { ▼"ti*": web } }'), {
      code: 'wildcard-selector',
      path: 'components.web.targets.tags["ti*"]',
    });
  });

  it('include an adopted alarm with a wildcard', () => {
    expectProblem(alarm('{ metric: cpu, adopt: ▼"prod-*" }'), {
      code: 'wildcard-selector',
      path: 'components.web.alarms.other.adopt',
    });
  });

  it('include a trigger that matches nothing', () => {
    expectProblem(strategyText('id: restart', 'trigger: ▼{}', ACTIONS), {
      code: 'empty-trigger',
      path: 'strategies[0].trigger',
    });
  });

  it('include a file without a component', () => {
    expectProblem(configurationText({ components: 'components: ▼{}' }), {
      code: 'no-components',
      path: 'components',
    });
  });

  it('include a list with an entry twice', () => {
    expectProblem(
      componentText(
        'targets: { instanceIds: ▼[i-0123456789abcdef0, i-0123456789abcdef0] }',
        'service: a.service',
        MEMORY_ALARM,
      ),
      { code: 'repeated-value', path: 'components.web.targets.instanceIds' },
    );
  });

  it('include a mixture of two kinds of targets', () => {
    const problem = expectProblem(
      componentText(
        'targets: { instanceIds: [i-0123456789abcdef0], ▼tags: { a: b } }',
        'service: a.service',
        MEMORY_ALARM,
      ),
      { code: 'conflicting-keys', path: 'components.web.targets.tags' },
    );
    expect(problem.remedy).toBe('Remove `tags`, or keep it and remove `instanceIds`.');
  });

  it('include a mixture of two kinds of alarms', () => {
    expectProblem(alarm('{ metric: cpu, adopt: cpu-high, ▼threshold: 9 }'), {
      code: 'conflicting-keys',
      path: 'components.web.alarms.other.threshold',
    });
  });

  it('include an alarm of no kind', () => {
    const problem = expectProblem(alarm('▼{ metric: cpu, severity: INFO }'), {
      code: 'unclear-kind',
      path: 'components.web.alarms.other',
    });
    expect(problem.message).toContain('`adopt`, `allOf`, `threshold`');
  });

  it('follow the kind of alarm that its keys show', () => {
    expectProblem(alarm('{ metric: cpu, allOf: ▼memory }'), {
      code: 'wrong-type',
      path: 'components.web.alarms.other.allOf',
    });
  });

  it('hide no other mistakes, which come in the order of the text', () => {
    const text = configurationText({
      settings: 'settings: { paused: yes, colour: red }',
      groups: 'groups: { web: { minHealthy: -1 } }',
      strategies: `strategies:
  - { id: a, components: [wbe], trigger: { metrics: [memory] }, actions: [{ type: clear_temp_files }] }
  - { id: b, components: [web], trigger: { metrics: [memory] }, actions: [{ type: clear_temp_files }] }`,
    });
    expect(problemsOf(text).map(({ code }) => code)).toEqual([
      'wrong-type',
      'unknown-key',
      'out-of-range',
      'unknown-component',
      'missing-component-fact',
    ]);
  });
});
