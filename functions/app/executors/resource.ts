import type { StepCall } from './action-call.ts';
import type { Begin } from './executor.ts';
import * as lambdaAlias from './lambda-alias.ts';

export interface ResourceBeginDeps extends lambdaAlias.AliasBeginDeps {}

/**
 * Acts on a resource of AWS by the resource's own API. A component has one such target, and the configuration was
 * checked for actions that cannot be done on it.
 */
export const begin: Begin<'resource', ResourceBeginDeps, StepCall> = async (deps, { type, params }, call) => {
  const [target] = call.targets;
  const parsed = { ...call, params: params.parse(call.params) };
  if (target?.kind === 'lambda_alias') return await lambdaAlias.begin(deps, type, target.id, parsed);
  return {
    outcome: 'FAILED',
    detail: `${type} cannot be done on a target of kind ${target?.kind ?? 'none'}`,
  };
};
