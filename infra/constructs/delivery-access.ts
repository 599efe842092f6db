import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { HostResource } from '../../functions/core/configuration/target-calls.ts';
import type { HealingFunction } from './healing-function.ts';

type Calls = ReadonlyMap<string, readonly HostResource[]>;

/** Grants calls to what delivers to components, on what the configuration names. */
export class DeliveryAccess extends Construct {
  private readonly calls: Calls;

  /** @param calls the calls that strategies make, with what delivers to the components */
  constructor(scope: Construct, id: string, calls: Calls) {
    super(scope, id);
    this.calls = calls;
  }

  /** On deployment groups. */
  grantOnDeliveries(grantee: HealingFunction, actions: readonly string[]): void {
    this.grantOn(grantee, actions, (group) => this.codeDeployArn('deploymentgroup', group));
  }

  /** On the applications to which the deployment groups belong. */
  grantOnApplications(grantee: HealingFunction, actions: readonly string[]): void {
    this.grantOn(grantee, actions, (group) => this.codeDeployArn('application', group.split('/')[0] ?? ''));
  }

  /** Reading the deployment configuration that a group has: the configuration of Selfheal does not name it. */
  grantOnSettings(grantee: HealingFunction, actions: readonly string[]): void {
    if (!this.isUsed(actions)) return;
    grantee.grant(actions, [this.codeDeployArn('deploymentconfig', '*')]);
    grantee.acknowledgeWildcard(
      'codedeploy:deploymentconfig:*',
      'Reading only; which one a deployment group has is known to CodeDeploy alone.',
    );
  }

  grantOnAny(grantee: HealingFunction, actions: readonly string[]): void {
    if (this.isUsed(actions))
      grantee.grantOnAnyResource(actions, `AWS allows ${actions.join(', ')} on * only.`);
  }

  private isUsed(actions: readonly string[]): boolean {
    return actions.some((action) => this.calls.has(action));
  }

  private grantOn(grantee: HealingFunction, actions: readonly string[], arnOf: (id: string) => string): void {
    const used = actions.filter((action) => this.calls.has(action));
    const ids = used.flatMap((action) => this.calls.get(action) ?? []).map(({ id }) => arnOf(id));
    if (used.length > 0) grantee.grant(used, [...new Set(ids)].sort());
  }

  private codeDeployArn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({
      ...{ service: 'codedeploy', resource, resourceName },
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
