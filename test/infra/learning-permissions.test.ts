import { expect, it } from 'vitest';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const text = (mode: string) => `
settings: { learning: { mode: ${mode} } }
components:
  web: { targets: { instanceIds: [i-0a1b2c3d4e5f60001] }, service: nginx.service, alarms: { status: { metric: status_check, threshold: 1 } } }
strategies:
  - { id: restart, trigger: { metrics: [status_check] }, actions: [{ type: start_component }] }
`;

/** Whether triage may query the table for outcomes. */
function triageMayQuery(yaml: string): boolean {
  const { engine } = synthesizeStacks(yaml);
  const triage = [...resourcesOf(engine, 'AWS::Lambda::Function').values()].find(
    ({ Properties }) => Properties['FunctionName'] === 'selfheal-triage',
  );
  if (!triage) throw new Error('there is no function selfheal-triage');
  return permissionsOf(engine, roleOf(triage)).some(({ action }) => action === 'dynamodb:Query');
}

it('the stacks grant triage the outcomes only where what was learned is applied', () => {
  expect([text('off'), text('suggest'), text('apply')].map(triageMayQuery)).toEqual([false, false, true]);
});
