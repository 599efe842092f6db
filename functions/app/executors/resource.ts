import { describeReference } from '../../core/actions/action-reference.ts';
import { parseAliasReference } from '../../core/target/alias-reference.ts';
import { parseAppConfigReference } from '../../core/target/app-config-reference.ts';
import { parseCodeDeployReference } from '../../core/target/code-deploy-reference.ts';
import { parseDatabaseReference } from '../../core/target/database-reference.ts';
import { parseGroupHealthReference } from '../../core/target/group-health-reference.ts';
import { parseInstanceReference } from '../../core/target/instance-reference.ts';
import { parseRegistrationReference } from '../../core/target/registration-reference.ts';
import { parseReplacementReference } from '../../core/target/replacement-reference.ts';
import type { TargetRef } from '../../core/target/target.ts';
import { NotFound } from '../../ports/errors.ts';
import type { Begun, StepCall } from './action-call.ts';
import type * as aliasMove from './alias-move.ts';
import type * as appConfig from './app-config.ts';
import type * as codeDeploy from './code-deploy.ts';
import type * as database from './database.ts';
import type * as ec2Instance from './ec2-instance.ts';
import type * as ecsService from './ecs-service.ts';
import type { Begin, Cancel, Inspect } from './executor.ts';
import type * as groupHealth from './group-health.ts';
import type * as lambdaAlias from './lambda-alias.ts';
import type * as loadBalancer from './load-balancer.ts';
import type * as replacement from './replacement.ts';
import type { ResourceHealthDeps } from './resource-health.ts';
import type * as scalingGroup from './scaling-group.ts';
import type * as targetGroup from './target-group.ts';

export interface ResourceBeginDeps
  extends lambdaAlias.AliasBeginDeps,
    ecsService.ServiceBeginDeps,
    ec2Instance.InstanceBeginDeps,
    targetGroup.TargetGroupBeginDeps,
    database.DatabaseBeginDeps,
    scalingGroup.ScalingGroupBeginDeps,
    replacement.ReplacementBeginDeps,
    loadBalancer.BalancerBeginDeps,
    codeDeploy.CodeDeployBeginDeps,
    appConfig.AppConfigBeginDeps {
  readonly aliases: lambdaAlias.AliasBeginDeps['aliases'];
  readonly scalingGroups: scalingGroup.ScalingGroupBeginDeps['scalingGroups'] &
    replacement.ReplacementBeginDeps['scalingGroups'];
}
export interface ResourceInspectDeps
  extends ecsService.ServiceInspectDeps,
    ec2Instance.InstanceInspectDeps,
    aliasMove.AliasInspectDeps,
    database.DatabaseInspectDeps,
    targetGroup.TargetGroupInspectDeps,
    groupHealth.GroupHealthDeps,
    replacement.ReplacementInspectDeps,
    codeDeploy.CodeDeployInspectDeps,
    appConfig.AppConfigInspectDeps {}

/**
 * Acts on a resource of AWS by the resource's own API. The configuration was checked for actions that cannot be
 * done on a component’s targets. It has one such target, or hosts. What acts on targets of a kind is loaded
 * with the first of them: most configurations have few kinds.
 */
export const begin: Begin<'resource', ResourceBeginDeps, StepCall> = async (deps, definition, call) => {
  const { type, params, deliveredBy } = definition;
  const [target] = call.targets;
  const parsed = { ...call, params: params.parse(call.params) };
  const delivery = deliveredBy?.(parsed.params);
  if (delivery === 'codeDeploy') return await (await import('./code-deploy.ts')).begin(deps, parsed);
  if (delivery === 'appConfig') return await (await import('./app-config.ts')).begin(deps, parsed);
  if (type === 'health_check' && target !== undefined) return await healthCheck(deps, target);
  switch (target?.kind) {
    case 'host':
      return await onHosts(deps, type, parsed);
    case 'lambda_alias':
      return await (await import('./lambda-alias.ts')).begin(deps, type, target.id, parsed);
    case 'ecs_service':
      if (type === 'adjust_timeout') return await (await import('./load-balancer.ts')).begin(deps, parsed);
      return await (await import('./ecs-service.ts')).begin(deps, type, target.id, parsed);
    case 'db_instance':
      return await (await import('./database.ts')).beginOnInstance(deps, type, target.id, parsed);
    case 'db_cluster':
      return await (await import('./database.ts')).beginOnCluster(deps, type, target.id, parsed);
    default:
      return { outcome: 'FAILED', detail: `${type} cannot be done on a target of kind ${target?.kind}` };
  }
};

async function healthCheck(deps: ResourceHealthDeps, { kind, id }: TargetRef): Promise<Begun> {
  if (kind === 'host' || kind === 'custom')
    return { outcome: 'FAILED', detail: `AWS does not say whether a target of kind ${kind} can serve` };
  const { isHealthy, detail } = await (await import('./resource-health.ts')).resourceHealth(deps, kind, id);
  return { outcome: isHealthy ? 'SUCCEEDED' : 'FAILED', detail };
}

async function onHosts(deps: ResourceBeginDeps, type: string, call: StepCall): Promise<Begun> {
  if (type === 'adjust_timeout') return await (await import('./load-balancer.ts')).begin(deps, call);
  if (type === 'enable_monitoring')
    return await (await import('./detailed-monitoring.ts')).begin(deps.instances, call);
  if (type === 'scale_resources') return await (await import('./scaling-group.ts')).begin(deps, call);
  if (type === 'replace_instance') return await (await import('./replacement.ts')).begin(deps, call);
  return IN_TARGET_GROUP.has(type)
    ? await (await import('./target-group.ts')).begin(deps, type, call)
    : await (await import('./ec2-instance.ts')).begin(deps, type, call);
}

/** Hosts as a load balancer sees them. */
const IN_TARGET_GROUP: ReadonlySet<string> = new Set(['drain_target', 'restore_target']);

/** Deployments of services, moves of aliases, and what was begun on instances and databases, go on by themselves. */
const look: Inspect<ResourceInspectDeps> = async (deps, id) => {
  const ofInstances = parseInstanceReference(id);
  if (ofInstances) return await (await import('./ec2-instance.ts')).inspect(deps, ofInstances);
  const ofMembers = parseReplacementReference(id);
  if (ofMembers) return await (await import('./replacement.ts')).inspect(deps, ofMembers);
  const ofDatabase = parseDatabaseReference(id);
  if (ofDatabase) return await (await import('./database.ts')).inspect(deps, ofDatabase);
  const ofAlias = parseAliasReference(id);
  if (ofAlias) return await (await import('./alias-move.ts')).inspect(deps, ofAlias);
  const byCodeDeploy = parseCodeDeployReference(id);
  if (byCodeDeploy) return await (await import('./code-deploy.ts')).inspect(deps, byCodeDeploy);
  const byAppConfig = parseAppConfigReference(id);
  if (byAppConfig) return await (await import('./app-config.ts')).inspect(deps, byAppConfig);
  const ofHealth = parseGroupHealthReference(id);
  if (ofHealth) return await (await import('./group-health.ts')).inspect(deps, ofHealth);
  const inGroup = parseRegistrationReference(id);
  return inGroup
    ? await (await import('./target-group.ts')).inspect(deps, inGroup)
    : await (await import('./ecs-service.ts')).inspect(deps, id);
};

/** What was deleted meanwhile can no longer end anything. */
export const inspect: Inspect<ResourceInspectDeps> = async (deps, id) => {
  try {
    return await look(deps, id);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    const what = describeReference({ executor: 'resource', id });
    const detail = `${what}: what it was begun on no longer exists (${error.message})`;
    return { outcome: 'FAILED', isWhole: true, detail, targets: [], targetCount: 1 };
  }
};

/**
 * No deployment, reboot or failover can be stopped: a deployment goes on until the undo, or someone else, replaces it by
 * another.
 */
export const cancel: Cancel<object> = async () => undefined;
