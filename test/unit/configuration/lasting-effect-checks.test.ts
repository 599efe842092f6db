import { describe, expect, it } from 'vitest';
import { expectProblem, MEMORY_ALARM, problemsOf, strategyText } from './configuration-text.ts';

const strategy = (...lines: readonly string[]) =>
  strategyText('id: heal', 'trigger: { metrics: [memory] }', ...lines);

describe('a strategy that stops the service', () => {
  it.each([
    ['alone', '{ type: ▼graceful_stop }', ''],
    ['and only cleans up after that', '{ type: ▼graceful_stop }, { type: notify_soc }', ''],
    ['last', '{ type: start_component }, { type: ▼graceful_stop }', ''],
    ['and verifies on the host', '{ type: ▼graceful_stop }', 'verify: { by: runbook }'],
    [
      'and puts files back without applying them',
      '{ type: ▼graceful_stop }, { type: rollback_config, params: { apply: none } }',
      '',
    ],
  ])('is refused if it stops the service %s', (_, actions, more) => {
    const text = strategy(`actions: [${actions}]`, more).replace(
      'service: nginx.service',
      'service: nginx.service\n    configPaths: [/etc/nginx/nginx.conf]',
    );
    const at = actions.split('▼')[0]?.includes('type: start') ? 1 : 0;
    const problem = expectProblem(text, {
      code: 'left-stopped',
      path: `strategies[0].actions[${at}].type`,
    });
    expect(problem.message).toBe(
      '`heal` leaves the service stopped: graceful_stop stops it, and no action after that starts it',
    );
    expect(problem.remedy).toBe('Add `- type: start_component` after it.');
  });

  it.each([
    '{ type: graceful_stop }, { type: start_component }',
    '{ type: graceful_stop }, { type: start_component, params: { mode: restart } }',
    '{ type: graceful_stop, timeoutSeconds: 40 }, { type: notify_soc }, { type: start_component, onError: rollback }',
  ])('is accepted if it starts the service again: %s', (actions) => {
    expect(problemsOf(strategy(`actions: [${actions}]`))).toEqual([]);
  });

  it('may not ignore a start that fails if an alarm verifies the repair', () => {
    const problem = expectProblem(
      strategy('actions: [{ type: graceful_stop }, { type: start_component, onError: ▼continue }]'),
      { code: 'left-stopped', path: 'strategies[0].actions[1].onError' },
    );
    expect(problem.message).toBe(
      '`heal` may leave the service stopped: graceful_stop stops it, a start that fails is ignored (onError: continue), and an alarm on a stopped service can be OK',
    );
  });

  it('may pass over a start that fails if the host says whether it was repaired', () => {
    const actions = 'actions: [{ type: graceful_stop }, { type: start_component, onError: continue }]';
    expect(problemsOf(strategy(actions, 'verify: { by: runbook }'))).toEqual([]);
    const withoutAlarms = strategy(actions).replace(MEMORY_ALARM, 'signals: [memory]');
    expect(problemsOf(withoutAlarms)).toEqual([]);
  });
});

describe('a strategy that stops its hosts', () => {
  const stopping = (actions: string) =>
    strategy(`actions: [${actions}]`, 'verify: { by: runbook }').replace(
      'strategies:',
      'settings: { repairTimeoutSeconds: 1h }\nstrategies:',
    );

  it.each([
    '{ type: ▼stop_instance }',
    '{ type: ▼stop_instance }, { type: start_component }',
    '{ type: ▼stop_instance }, { type: graceful_stop }, { type: start_component }',
    '{ type: ▼stop_instance }, { type: reboot_instance }',
    '{ type: start_instance }, { type: ▼stop_instance }, { type: enter_safe_mode }, { type: leave_safe_mode }',
  ])('is refused unless EC2 starts them again, as no agent answers on a host that is off: %s', (actions) => {
    const at = actions.split('▼')[0]?.includes('type: start') ? 1 : 0;
    const problem = expectProblem(stopping(actions), {
      code: 'left-stopped',
      path: `strategies[0].actions[${at}].type`,
    });
    expect(problem.message).toBe(
      '`heal` leaves its hosts stopped: stop_instance stops them, and no action after that starts them',
    );
    expect(problem.remedy).toBe('Add `- type: start_instance` after it.');
  });

  it.each([
    '{ type: stop_instance }, { type: start_instance }',
    '{ type: graceful_stop }, { type: stop_instance }, { type: start_instance }',
  ])('is accepted if EC2 starts them again: %s', (actions) => {
    expect(problemsOf(stopping(actions))).toEqual([]);
  });
});

describe('a strategy that contains a fault', () => {
  it.each([
    ['isolate_network', 'left-isolated', 'its hosts isolated', 'maintain_isolation', 'restore_network'],
    [
      'enter_safe_mode',
      'left-in-safe-mode',
      'the service in safe mode',
      'enter_safe_mode',
      'leave_safe_mode',
    ],
  ] as const)('must declare that it contains the fault by %s', (type, code, state, onFailure, release) => {
    const problem = expectProblem(strategy(`actions: [{ type: ▼${type} }]`), {
      code,
      severity: 'warning',
      path: 'strategies[0].actions[0].type',
    });
    expect(problem.message).toBe(
      `\`heal\` leaves ${state}, whether or not the repair succeeds: ${type} is not undone`,
    );
    expect(problem.remedy).toBe(
      `If that is its purpose, say so with \`rollback: { onFailure: ${onFailure} }\`; else add \`- type: ${release}\`.`,
    );
    expect(
      problemsOf(strategy(`actions: [{ type: ${type} }]`, `rollback: { onFailure: ${onFailure} }`)),
    ).toEqual([]);
    expect(problemsOf(strategy(`actions: [{ type: ${type} }, { type: ${release} }]`))).toEqual([]);
  });

  it.each([
    ['restore_network', 'its hosts isolated'],
    ['leave_safe_mode', 'the service in safe mode'],
  ])('undoes by %s what it has done itself', (type, state) => {
    const problem = expectProblem(strategy(`actions: [{ type: ▼${type} }]`), {
      code: 'nothing-to-take-back',
      severity: 'warning',
      path: 'strategies[0].actions[0].type',
    });
    expect(problem.message).toBe(
      `\`heal\` uses ${type}, and no action before it has left ${state}: it can only lift what a person or another strategy has decided`,
    );
    expectProblem(
      strategy('actions: [{ type: start_component }]', `rollback: { actions: [{ type: ▼${type} }] }`),
      { code: 'nothing-to-take-back', severity: 'warning', path: 'strategies[0].rollback.actions[0].type' },
    );
  });

  it('accepts an effect that its rollback undoes', () => {
    const isolate = 'actions: [{ type: isolate_network }, { type: restore_network, onError: continue }]';
    expect(problemsOf(strategy(isolate, 'rollback: { actions: [{ type: restore_network }] }'))).toEqual([]);
  });
});
