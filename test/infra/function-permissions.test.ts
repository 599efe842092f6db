import { describe, expect, it } from 'vitest';
import { ACTION_TYPES, actionDefinition } from '../../functions/core/actions/action-table.ts';
import { DELIVERIES } from '../../functions/core/actions/deliveries.ts';
import { HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { actionsOf } from '../../functions/handlers/table/port-permissions.ts';
import { grantedOnTargets, ON_TARGETS, targetConfiguration } from './granted-on-targets.ts';

const DELIVERED_CALLS = Object.values(DELIVERIES).flatMap(({ calls }) => calls);

const arn = (name: string) => `arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${name}`;
const on = (name: string, actions: readonly string[]) => actions.map((action) => `${action} ${arn(name)}`);
/** AWS knows the function as the resource of most calls, and the alias as that of those about its concurrency. */
const onFunction = (...actions: readonly string[]) => on('orders', actions);
const onAlias = (...actions: readonly string[]) => on('orders:live', actions);

const WATCHED = [...onFunction('lambda:GetAlias'), ...onAlias('lambda:GetProvisionedConcurrencyConfig')];

describe('the permissions for functions of the user’s', () => {
  it('go to the function that acts, on the function or the alias, as AWS checks it', () => {
    expect(grantedOnTargets(targetConfiguration('{ type: rollback_deployment }'))).toEqual({
      'selfheal-act': [
        ...onFunction(
          'lambda:GetAlias',
          'lambda:GetFunctionConfiguration',
          'lambda:ListVersionsByFunction',
          'lambda:UpdateAlias',
        ),
        ...onAlias('lambda:GetFunctionConfiguration', 'lambda:GetProvisionedConcurrencyConfig'),
        `lambda:GetFunctionConfiguration ${arn('orders:*')}`,
      ].sort(),
      'selfheal-reconcile': WATCHED,
    });
  });

  it('cover an undo step alone, too', () => {
    const yaml = targetConfiguration(
      '{ type: health_check }',
      '{ type: scale_resources, params: { phase: undo } }',
    );
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        ...onFunction(
          'lambda:DeleteFunctionConcurrency',
          'lambda:GetFunctionConcurrency',
          'lambda:GetFunctionConfiguration',
          'lambda:PutFunctionConcurrency',
        ),
        ...onAlias('lambda:GetFunctionConfiguration'),
      ].sort(),
    });
  });

  it('cover the kind of concurrency that a strategy scales, and its undo', () => {
    const yaml = targetConfiguration(
      '{ type: scale_resources, params: { concurrency: provisioned, to: 5 }, onError: rollback }',
    );
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': onAlias(
        'lambda:DeleteProvisionedConcurrencyConfig',
        'lambda:GetProvisionedConcurrencyConfig',
        'lambda:PutProvisionedConcurrencyConfig',
      ),
      'selfheal-reconcile': onAlias('lambda:GetProvisionedConcurrencyConfig'),
    });
  });

  it('cover other settings as far as a version is published with them', () => {
    expect(grantedOnTargets(targetConfiguration('{ type: adjust_timeout, params: { to: 30s } }'))).toEqual({
      'selfheal-act': [
        ...onFunction(
          'lambda:GetAlias',
          'lambda:GetFunctionConfiguration',
          'lambda:ListVersionsByFunction',
          'lambda:PublishVersion',
          'lambda:UpdateAlias',
          'lambda:UpdateFunctionConfiguration',
        ),
        ...onAlias('lambda:GetFunctionConfiguration', 'lambda:GetProvisionedConcurrencyConfig'),
        `lambda:GetFunctionConfiguration ${arn('orders:*')}`,
      ].sort(),
      'selfheal-reconcile': WATCHED,
    });
  });

  it('do not exist where no action needs them', () => {
    expect(grantedOnTargets(targetConfiguration('{ type: notify_soc }'))).toEqual({});
  });

  it('match the calls that the actions name', () => {
    const named = ACTION_TYPES.map(actionDefinition).flatMap((definition) =>
      definition.executor === 'resource'
        ? [...Object.values(definition.calls).flat(), ...(definition.deliveredBy ? DELIVERED_CALLS : [])]
        : definition.executor === 'run_command'
          ? (definition.byApi?.calls ?? [])
          : [],
    );
    const made = [HANDLERS.act, HANDLERS.reconcile, HANDLERS.verify].flatMap(({ needs }) => actionsOf(needs));
    const onTargets = [...new Set(made)].filter((action) => ON_TARGETS.has(action));
    expect([...new Set(named)].sort()).toEqual(onTargets.sort());
  });
});
