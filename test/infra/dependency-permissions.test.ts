import { describe, expect, it } from 'vitest';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const text = (dependsOn: string, more = '') => `
components:
  gateway:
    targets: { instanceIds: [i-0a1b2c3d4e5f60001] }
    service: nginx.service
    alarms: { status: { metric: status_check, threshold: 1 } }
    dependsOn: [${dependsOn}]
    ${more}
  database:
    targets: { instanceIds: [i-0a1b2c3d4e5f60002] }
    service: postgresql.service
    alarms: { status: { metric: status_check, threshold: 1 } }
strategies:
  - { id: restart, trigger: { metrics: [status_check] }, actions: [{ type: start_component }] }
`;

/** Actions of triage's role. */
function actionsOfTriage(yaml: string): readonly string[] {
  const { engine } = synthesizeStacks(yaml);
  const triage = [...resourcesOf(engine, 'AWS::Lambda::Function').values()].find(
    ({ Properties }) => Properties['FunctionName'] === 'selfheal-triage',
  );
  if (!triage) throw new Error('there is no function selfheal-triage');
  return permissionsOf(engine, roleOf(triage)).map(({ action }) => action);
}

describe('the permissions for diagnosis before admission', () => {
  const NEEDED = ['cloudwatch:DescribeAlarms', 'dynamodb:Query', 'events:PutEvents'];

  it('go to triage where a component has dependencies', () => {
    expect(actionsOfTriage(text('database'))).toEqual(expect.arrayContaining(NEEDED));
  });

  it('go to nobody where no component has dependencies', () => {
    expect(actionsOfTriage(text('')).filter((action) => NEEDED.includes(action))).toEqual([]);
  });
});

describe('the permissions for diagnosis of changes and causes', () => {
  it('go to triage where changes of a component are watched', () => {
    const actions = actionsOfTriage(text('', 'changes: {}'));
    expect(actions).toEqual(expect.arrayContaining(['cloudwatch:DescribeAlarms', 'dynamodb:Query']));
    expect(actions).not.toContain('events:PutEvents');
  });

  it('go to triage where a strategy asks for causes', () => {
    const yaml = text('').replace(
      'metrics: [status_check]',
      'metrics: [status_check], causes: [CPU_SATURATED]',
    );
    expect(actionsOfTriage(yaml)).toEqual(
      expect.arrayContaining(['cloudwatch:DescribeAlarms', 'dynamodb:Query']),
    );
  });
});

describe('metrics of traffic', () => {
  const READ = 'cloudwatch:GetMetricData';
  const TRAFFIC =
    'traffic: { requests: { namespace: Shop, metricName: requests }, failures: { namespace: Shop, metricName: failures } }';

  it('may be read by triage where a component names them, and nowhere else', () => {
    expect(actionsOfTriage(text('database', TRAFFIC))).toContain(READ);
    expect(actionsOfTriage(text('database'))).not.toContain(READ);
  });
});
