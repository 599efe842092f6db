import { describe, expect, it } from 'vitest';
import { ALLOWED_ON_ANYTHING } from './expected-permissions.ts';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';

const text = (graph = '', web = '') => `
settings: { ${graph} }
components:
  web: { targets: { instanceIds: [i-0a1b2c3d4e5f60001] }, service: nginx.service, ${web} alarms: { status: { metric: status_check, threshold: 1 } } }
  pay: { targets: { ecsService: prod/pay } }
  old: { targets: { ecsService: prod/old } }
strategies:
  - { id: restart, components: [web], trigger: { metrics: [status_check] }, actions: [{ type: start_component }] }
`;

/** What the function that refreshes the graph may do, beside its log group, traces and the table: `<action> on <resource>`. */
function granted(yaml: string): readonly string[] {
  const { graph } = synthesizeStacks(yaml);
  if (!graph) throw new Error('there is no stack of the graph');
  const functions = [...resourcesOf(graph, 'AWS::Lambda::Function').values()];
  expect(functions.map(({ Properties }) => Properties['FunctionName'])).toEqual(['selfheal-refresh-graph']);
  const [refresh] = functions;
  const permissions = permissionsOf(graph, refresh ? roleOf(refresh) : '');
  const unscoped = permissions.filter(({ resource }) => resource === '*').map(({ action }) => action);
  const reasons = Object.values(ALLOWED_ON_ANYTHING);
  expect(unscoped.filter((action) => !reasons.some((actions) => actions.test(action)))).toEqual([]);
  return permissions
    .filter(({ action }) => !/^(?:logs|dynamodb):|^xray:Put/.test(action))
    .map(({ action, resource }) => `${action} on ${resource.replace(/^arn:.*:(?=service)/, '')}`)
    .sort();
}

/** What triage may read for the sake of dependencies. */
function triageReads(yaml: string): readonly string[] {
  const { engine } = synthesizeStacks(yaml);
  const triage = [...resourcesOf(engine, 'AWS::Lambda::Function').values()].find(
    ({ Properties }) => Properties['FunctionName'] === 'selfheal-triage',
  );
  const actions = permissionsOf(engine, triage ? roleOf(triage) : '').map(({ action }) => action);
  return ['cloudwatch:DescribeAlarms', 'dynamodb:GetItem', 'events:PutEvents'].filter((each) =>
    actions.includes(each),
  );
}

describe('the stack of the graph', () => {
  it('is there only if dependencies are discovered', () => {
    expect(synthesizeStacks(text()).graph).toBeUndefined();
    expect(synthesizeStacks(text('graph: { discover: [xray] }')).graph).toBeDefined();
  });

  it('lets its function read X-Ray’s service graph, and nothing else of AWS', () => {
    expect(granted(text('graph: { discover: [xray] }'))).toEqual(['xray:GetServiceGraph on *']);
  });

  it('lets it read the ECS services of components, by name, only if it is to', () => {
    expect(granted(text('graph: { discover: [xray, ecs] }'))).toEqual([
      'ecs:DescribeServices on service/prod/old',
      'ecs:DescribeServices on service/prod/pay',
      'xray:GetServiceGraph on *',
    ]);
  });

  it('lets it read load balancers only if it is to, and some component is behind one', () => {
    const balancers = 'graph: { discover: [xray, loadBalancers] }';
    expect(granted(text(balancers))).toEqual(['xray:GetServiceGraph on *']);
    expect(granted(text(balancers, `targetGroup: "${GROUP}",`))).toEqual([
      ...['Listeners', 'LoadBalancers', 'Rules', 'TargetGroups'].map(
        (what) => `elasticloadbalancing:Describe${what} on *`,
      ),
      'xray:GetServiceGraph on *',
    ]);
  });

  it('runs its function on the schedule of the configuration, and rings when that keeps failing', () => {
    const { graph } = synthesizeStacks(text('graph: { discover: [xray], refreshSeconds: 15m }'));
    if (!graph) throw new Error('there is no stack of the graph');
    const rules = [...resourcesOf(graph, 'AWS::Events::Rule').values()];
    expect(rules.map(({ Properties }) => Properties['ScheduleExpression'])).toEqual(['rate(15 minutes)']);
    const alarms = [...resourcesOf(graph, 'AWS::CloudWatch::Alarm').values()];
    expect(alarms.map(({ Properties }) => [Properties['AlarmName'], Properties['Period']])).toEqual([
      ['SelfhealEngine-refresh-graph-errors', 900],
      ['SelfhealEngine-refresh-graph-throttles', 900],
    ]);
  });

  it('lets triage read what was discovered, and the alarms of it, but send no signals because of it', () => {
    expect(triageReads(text())).toEqual([]);
    expect(triageReads(text('graph: { discover: [xray] }'))).toEqual([
      'cloudwatch:DescribeAlarms',
      'dynamodb:GetItem',
    ]);
  });
});
