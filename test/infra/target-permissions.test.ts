import { describe, expect, it } from 'vitest';
import { ACTION_TYPES, actionDefinition } from '../../functions/core/actions/action-table.ts';
import { HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { ACTION_RESOURCES, actionsOf } from '../../functions/handlers/table/port-permissions.ts';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const text = (steps: string, undo = '', more = '') => `
components:
  orders:
    targets: { lambdaAlias: orders:live }
    alarms: { errors: { metric: errors, threshold: 5 } }
  payments:
    targets: { lambdaAlias: payments:prod }
    alarms: { errors: { metric: errors, threshold: 5 } }
    excluded: true
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: nginx.service
    alarms: { errors: { metric: errors, namespace: Web, metricName: errors, dimensions: {}, threshold: 5 } }
strategies:
  - id: heal
    components: [orders, payments]
    trigger: { metrics: [errors] }
    actions: [${steps}]
    rollback: { actions: [${undo}] }
  - { id: web, components: [web], trigger: { metrics: [errors] }, actions: [{ type: start_component }] }
${more}`;

const ON_TARGETS = new Set<string>(
  Object.entries(ACTION_RESOURCES).flatMap(([action, resource]) => (resource === 'targets' ? [action] : [])),
);

/** What each function may do on targets: `action resource`. */
function grantedOnTargets(yaml: string): Readonly<Record<string, readonly string[]>> {
  const { engine } = synthesizeStacks(yaml);
  const functions = [...resourcesOf(engine, 'AWS::Lambda::Function').values()];
  return Object.fromEntries(
    functions.flatMap((lambda) => {
      const granted = permissionsOf(engine, roleOf(lambda))
        .filter(({ action }) => ON_TARGETS.has(action))
        .map(({ action, resource }) => `${action} ${resource}`);
      return granted.length > 0 ? [[String(lambda.Properties['FunctionName']), granted.sort()]] : [];
    }),
  );
}

const arn = (name: string) => `arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${name}`;
const onOrders = (...actions: readonly string[]) =>
  actions.flatMap((action) => [`${action} ${arn('orders')}`, `${action} ${arn('orders:live')}`]).sort();

describe('what strategies do on functions of the user’s', () => {
  it('is granted to the function that acts, on the function and alias that it is done on', () => {
    expect(grantedOnTargets(text('{ type: rollback_deployment }'))).toEqual({
      'selfheal-act': onOrders('lambda:GetAlias', 'lambda:ListVersionsByFunction', 'lambda:UpdateAlias'),
    });
  });

  it('is granted for an undo step alone, too', () => {
    const yaml = text('{ type: health_check }', '{ type: scale_resources, params: { phase: undo } }');
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': onOrders(
        'lambda:DeleteFunctionConcurrency',
        'lambda:GetFunctionConcurrency',
        'lambda:GetFunctionConfiguration',
        'lambda:PutFunctionConcurrency',
      ),
    });
  });

  it('costs no permission where it is not done', () => {
    expect(grantedOnTargets(text('{ type: notify_soc }'))).toEqual({});
  });

  it('takes the calls that its row names, and no others', () => {
    const named = ACTION_TYPES.map(actionDefinition).flatMap((definition) =>
      definition.executor === 'resource' ? Object.values(definition.calls).flat() : [],
    );
    const made = actionsOf(HANDLERS.act.needs).filter((action) => ON_TARGETS.has(action));
    expect([...new Set(named)].sort()).toEqual(made);
  });
});
