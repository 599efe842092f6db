import { parseInstanceReference } from '../../core/target/instance-reference.ts';
import { parseRegistrationReference } from '../../core/target/registration-reference.ts';
import type { StepCall } from './action-call.ts';
import * as ec2Instance from './ec2-instance.ts';
import * as ecsService from './ecs-service.ts';
import type { Begin, Cancel, Inspect } from './executor.ts';
import * as lambdaAlias from './lambda-alias.ts';
import * as scalingGroup from './scaling-group.ts';
import * as targetGroup from './target-group.ts';

export interface ResourceBeginDeps
  extends lambdaAlias.AliasBeginDeps,
    ecsService.ServiceBeginDeps,
    ec2Instance.InstanceBeginDeps,
    targetGroup.TargetGroupBeginDeps,
    scalingGroup.ScalingGroupBeginDeps {}
export interface ResourceInspectDeps
  extends ecsService.ServiceInspectDeps,
    ec2Instance.InstanceInspectDeps,
    targetGroup.TargetGroupInspectDeps {}

/**
 * Acts on a resource of AWS by the resource's own API. The configuration was checked for actions that cannot be
 * done on a component’s targets. It has one such target, or hosts.
 */
export const begin: Begin<'resource', ResourceBeginDeps, StepCall> = async (deps, { type, params }, call) => {
  const [target] = call.targets;
  const parsed = { ...call, params: params.parse(call.params) };
  switch (target?.kind) {
    case 'host':
      if (type === 'scale_resources') return await scalingGroup.begin(deps, parsed);
      return IN_TARGET_GROUP.has(type)
        ? await targetGroup.begin(deps, type, parsed)
        : await ec2Instance.begin(deps, type, parsed);
    case 'lambda_alias':
      return await lambdaAlias.begin(deps, type, target.id, parsed);
    case 'ecs_service':
      return await ecsService.begin(deps, type, target.id, parsed);
    default:
      return { outcome: 'FAILED', detail: `${type} cannot be done on a target of kind ${target?.kind}` };
  }
};

/** Hosts as a load balancer sees them. */
const IN_TARGET_GROUP: ReadonlySet<string> = new Set(['drain_target', 'restore_target']);

/** Deployments of services, and what was begun on instances, go on by themselves. */
export const inspect: Inspect<ResourceInspectDeps> = async (deps, id) => {
  const ofInstances = parseInstanceReference(id);
  if (ofInstances) return await ec2Instance.inspect(deps, ofInstances);
  const inGroup = parseRegistrationReference(id);
  return inGroup ? await targetGroup.inspect(deps, inGroup) : await ecsService.inspect(deps, id);
};

/**
 * Neither a deployment nor a reboot can be stopped: a deployment goes on until the undo, or someone else, replaces it by
 * another.
 */
export const cancel: Cancel<object> = async () => {};
