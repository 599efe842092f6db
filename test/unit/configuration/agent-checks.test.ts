import { describe, expect, it } from 'vitest';
import { AGENT_UNITS, NETWORK_UNITS } from '../../../functions/core/actions/agent-units.ts';
import { configurationText, expectProblem, ONE_HOST, problemsOf } from './configuration-text.ts';

const [AGENT] = AGENT_UNITS;
const STOPPING = '[{ type: graceful_stop }, { type: start_component }]';

const text = (service: string, strategy: string, component = '') =>
  configurationText({
    components: `components:
  web: { ${ONE_HOST}, service: ▼${service}, ${component} alarms: { memory: { metric: memory, threshold: 90 } } }`,
    strategies: `strategies:\n  - { id: heal, trigger: { metrics: [memory] }, ${strategy} }`,
  });

const problems = (...of: Parameters<typeof text>) => problemsOf(text(...of).replace('▼', ''));

describe('the SSM agent as the service of a component', () => {
  it.each(AGENT_UNITS)('is refused by the name %s where a strategy stops it', (unit) => {
    const problem = expectProblem(text(unit, `actions: ${STOPPING}`), {
      code: 'agent-cut-off',
      path: 'components.web.service',
    });
    expect(problem.value).toBe(unit);
    expect(problem.message).toBe(
      `strategy \`heal\` uses graceful_stop on \`${unit}\`, the agent that every command arrives by: no command can stop it and report that, and none arrives to start it`,
    );
    expect(problem.remedy).toContain('Leave the restarts of the agent to its service manager');
  });

  it.each([
    ['starts it', 'actions: [{ type: start_component }]', 'start_component'],
    ['restarts it', 'actions: [{ type: restart_service }]', 'restart_service'],
    ['restarts it when files are put back', 'actions: [{ type: rollback_config }]', 'rollback_config'],
    [
      'restarts it in the rollback plan',
      'actions: [{ type: notify_soc }], rollback: { actions: [{ type: start_component }] }',
      'start_component',
    ],
    [
      'puts it into safe mode at the end',
      'actions: [{ type: verify_health }], rollback: { onFailure: enter_safe_mode }',
      'enter_safe_mode',
    ],
  ] as const)('is refused where a strategy %s', (_, strategy, action) => {
    const found = problems(AGENT, strategy, 'configPaths: [/etc/amazon/ssm/a.json],');
    const cutOff = found.filter(({ code }) => code === 'agent-cut-off');
    expect(cutOff.map(({ message }) => message.slice(0, message.indexOf(' on ')))).toEqual([
      `strategy \`heal\` uses ${action}`,
    ]);
  });

  it.each([
    'actions: [{ type: verify_health }]',
    'actions: [{ type: rollback_config, params: { apply: none } }]',
    'actions: [{ type: increase_resources, params: { ladder: [{ memoryMiB: 512 }] } }]',
    'actions: [{ type: start_component }], components: [other]',
  ])('is accepted where a strategy leaves it running: %s', (strategy) => {
    const codes = problems(AGENT, strategy, 'configPaths: [/etc/amazon/ssm/a.json],').map(({ code }) => code);
    expect(codes).not.toContain('agent-cut-off');
  });
});

describe('a service that configures the network', () => {
  it.each(NETWORK_UNITS)('causes a warning where a strategy stops it and starts it later: %s', (unit) => {
    const problem = expectProblem(text(unit, `actions: ${STOPPING}`), {
      code: 'agent-cut-off',
      path: 'components.web.service',
      severity: 'warning',
    });
    expect(problem.message).toContain('the command that starts it again may not reach the host');
    expect(problem.remedy).toBe('Restart it in one step, by `start_component` with `mode: restart`.');
  });

  it('causes no warning where a strategy restarts it in one step', () => {
    expect(
      problems('networking.service', 'actions: [{ type: start_component, params: { mode: restart } }]'),
    ).toEqual([]);
  });
});
