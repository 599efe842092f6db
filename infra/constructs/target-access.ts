import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { HostResource } from '../../functions/core/configuration/target-calls.ts';
import type { TargetRef } from '../../functions/core/target/target.ts';
import type { AwsAction } from '../../functions/handlers/table/aws-actions.ts';
import type { HealingFunction } from './healing-function.ts';
import { clusterArns, functionArn, targetArns } from './target-arns.ts';

type Calls = ReadonlyMap<string, readonly (TargetRef | HostResource)[]>;

export interface TargetAccessProps {
  /** The calls that strategies make to the APIs of components’ targets, with these targets. */
  readonly targetCalls: ReadonlyMap<string, readonly TargetRef[]>;
  /** Roles that revisions of ECS services have. */
  readonly taskRoles: readonly string[];
}

/** Grants calls to Lambda, ECS and RDS on the targets that the configuration names. */
export class TargetAccess extends Construct {
  private readonly props: TargetAccessProps;

  constructor(scope: Construct, id: string, props: TargetAccessProps) {
    super(scope, id);
    this.props = props;
  }

  /** The calls themselves, and what some of them take besides. */
  grantOnTargets(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    const { targetCalls, taskRoles } = this.props;
    this.grantCalls(grantee, actions, targetCalls);
    if (actions.includes('lambda:ListVersionsByFunction')) this.grantOnVersions(grantee);
    const updates = actions.includes('ecs:UpdateService') && targetCalls.has('ecs:UpdateService');
    if (updates && taskRoles.length > 0) grantee.grantPassingRoles(taskRoles, 'ecs-tasks.amazonaws.com');
  }

  /** One statement for all calls about the same targets. @param calls those in question, with their targets */
  grantCalls(grantee: HealingFunction, actions: readonly AwsAction[], calls: Calls): void {
    // What a call is checked against beside a function, such as its alias, has a statement of its own: it is shared with
    // other calls on the alias, and a role has room for few statements.
    const granted = actions.flatMap((action) => {
      const arns = (calls.get(action) ?? []).map((target) => targetArns(this, target, action));
      return [0, 1].map((part) => ({
        action,
        arns: [...new Set(arns.flatMap((each) => each.slice(part, part + 1)))].sort(),
      }));
    });
    const byArns = Map.groupBy(granted, ({ arns }) => JSON.stringify(arns));
    for (const [text, allowed] of byArns) {
      const arns = JSON.parse(text) as readonly string[];
      if (arns.length > 0)
        grantee.grant(
          allowed.map(({ action }) => action),
          arns,
        );
    }
  }

  /** On the clusters in which services run. */
  grantOnClusters(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    for (const action of actions) {
      const arns = this.targetsOf(action).flatMap((target) => clusterArns(this, target));
      if (arns.length > 0) grantee.grant([action], [...new Set(arns)]);
    }
  }

  grantOnRevisions(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    for (const action of actions)
      this.grantWithinServices(grantee, 'service-revision', [action], this.targetsOf(action));
  }

  grantOnDeployments(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    const byTargets = Map.groupBy(actions, (action) => JSON.stringify(this.targetsOf(action)));
    for (const [targets, granted] of byTargets)
      this.grantWithinServices(grantee, 'service-deployment', granted, JSON.parse(targets));
  }

  /** Revisions that are being registered only, with the tags of those that they are copies of. */
  grantOnNewTaskDefinitions(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    if (!actions.some((action) => this.props.targetCalls.has(action))) return;
    const resource = 'task-definition';
    grantee.grant(actions, [Stack.of(this).formatArn({ service: 'ecs', resource, resourceName: '*' })], {
      StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
    });
    grantee.acknowledgeWildcard(
      `ecs:${resource}/*`,
      'The condition limits it to revisions that are being registered.',
    );
  }

  /** Revisions or deployments of the services alone; what follows their names is drawn by ECS. */
  private grantWithinServices(
    grantee: HealingFunction,
    resource: 'service-revision' | 'service-deployment',
    actions: readonly AwsAction[],
    targets: readonly TargetRef[],
  ): void {
    if (targets.length === 0) return;
    const names = [...new Set(targets.map(({ id }) => `${id}/*`))].sort();
    grantee.grant(
      actions,
      names.map((resourceName) => Stack.of(this).formatArn({ service: 'ecs', resource, resourceName })),
    );
    for (const name of names)
      grantee.acknowledgeWildcard(
        `ecs:${resource}/${name}`,
        'Limited to one service; ECS draws the id of a revision or a deployment of it when it begins.',
      );
  }

  /** A version is looked at before it serves, and nobody knows yet which one that will be. */
  private grantOnVersions(grantee: HealingFunction): void {
    const listed = this.targetsOf('lambda:ListVersionsByFunction');
    const names = [...new Set(listed.map(({ id }) => `${id.split(':')[0]}:*`))].sort();
    if (names.length === 0) return;
    grantee.grant(
      ['lambda:GetFunctionConfiguration'],
      names.map((name) => functionArn(this, name)),
    );
    for (const name of names)
      grantee.acknowledgeWildcard(
        `lambda:function:${name}`,
        'Reading only; the number of a version is known when it is published or chosen.',
      );
  }

  private targetsOf(action: AwsAction): readonly TargetRef[] {
    return this.props.targetCalls.get(action) ?? [];
  }
}
