import type { StepCall } from './action-call.ts';
import * as ecsService from './ecs-service.ts';
import type { Begin, Cancel, Inspect } from './executor.ts';
import * as lambdaAlias from './lambda-alias.ts';

export interface ResourceBeginDeps extends lambdaAlias.AliasBeginDeps, ecsService.ServiceBeginDeps {}
export interface ResourceInspectDeps extends ecsService.ServiceInspectDeps {}

/**
 * Acts on a resource of AWS by the resource's own API. A component has one such target, and the configuration was
 * checked for actions that cannot be done on it.
 */
export const begin: Begin<'resource', ResourceBeginDeps, StepCall> = async (deps, { type, params }, call) => {
  const [target] = call.targets;
  const parsed = { ...call, params: params.parse(call.params) };
  switch (target?.kind) {
    case 'lambda_alias':
      return await lambdaAlias.begin(deps, type, target.id, parsed);
    case 'ecs_service':
      return await ecsService.begin(deps, type, target.id, parsed);
    default:
      return { outcome: 'FAILED', detail: `${type} cannot be done on a target of kind ${target?.kind}` };
  }
};

/** Only deployments of services go on by themselves. */
export const inspect: Inspect<ResourceInspectDeps> = ecsService.inspect;

/** A deployment cannot be stopped: it goes on until the undo, or someone else, replaces it by another. */
export const cancel: Cancel<object> = async () => {};
