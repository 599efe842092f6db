import { describe, expect, it } from 'vitest';
import { expectProblem, problemsOf, strategyText } from './configuration-text.ts';

const strategy = (action: string, more = '') =>
  strategyText(
    'id: heal',
    'trigger: { metrics: [memory] }',
    `actions: [${action}, { type: start_component, timeoutSeconds: 10 }]`,
    'verify: { timeoutSeconds: 1, by: runbook }',
    more,
  );

describe('the time-out of an action', () => {
  it.each([
    ['start_component', '{ settleSeconds: 30s }', 30, 30],
    ['verify_health', '{ stableSeconds: 30s, timeoutSeconds: 10s }', 30, 40],
  ])('the time-out of %s must be longer than its params take', (type, params, least, most) => {
    const problem = expectProblem(strategy(`{ type: ${type}, params: ${params}, timeoutSeconds: ▼30 }`), {
      code: 'action-timeout-too-short',
      path: 'strategies[0].actions[0].timeoutSeconds',
    });
    expect(problem.message).toBe(
      `${type} takes ${least} s or more according to its \`params\`, but its time-out of 30 s ends it first`,
    );
    expect(problem.remedy).toBe(`Raise \`timeoutSeconds\` above ${most}, or lower the times in \`params\`.`);
  });

  it.each([
    ['graceful_stop', '{ graceSeconds: 40s }', 40],
    ['verify_health', '{ stableSeconds: 5s, timeoutSeconds: 35s }', 40],
  ])('the time-out of %s should outlast the time after which it gives up', (type, params, most) => {
    const action = `{ type: ${type}, params: ${params}, timeoutSeconds: ▼40 }`;
    const problem = expectProblem(strategy(action), {
      code: 'action-timeout-too-short',
      severity: 'warning',
      path: 'strategies[0].actions[0].timeoutSeconds',
    });
    expect(problem.message).toBe(
      `${type} may take ${most} s according to its \`params\`, but its time-out of 40 s may end it first`,
    );
    expect(problemsOf(strategy(action.replace('▼40', '41')))).toEqual([]);
  });

  it('counts in a rollback, too', () => {
    const undo = '{ type: start_component, params: { settleSeconds: 20s }, timeoutSeconds: ▼20 }';
    expectProblem(strategy('{ type: notify_soc }', `rollback: { actions: [${undo}] }`), {
      code: 'action-timeout-too-short',
      path: 'strategies[0].rollback.actions[0].timeoutSeconds',
    });
  });
});
