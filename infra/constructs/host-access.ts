import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type HostSelector, selectorTags } from '../../functions/core/configuration/target-selector.ts';
import type { HealingFunction } from './healing-function.ts';

/** Policies have room for some 50 ARNs beside the rest; above that, the managed tag alone says which instances are meant. */
const NAMED_AT_MOST = 50;

export interface HostAccessProps {
  /** The calls that strategies make to EC2 about hosts, with the selectors of these hosts. */
  readonly hostCalls: ReadonlyMap<string, readonly HostSelector[]>;
  /** The tag without which no instance is acted on. */
  readonly managedTag: { readonly key: string; readonly value: string };
}

/** Grants calls to EC2 on the instances that the configuration names, as long as they carry the managed tag. */
export class HostAccess extends Construct {
  private readonly props: HostAccessProps;

  constructor(scope: Construct, id: string, props: HostAccessProps) {
    super(scope, id);
    this.props = props;
  }

  grantOnHosts(grantee: HealingFunction, actions: readonly string[]): void {
    const bySelectors = Map.groupBy(actions, (action) => JSON.stringify(this.selectorsOf(action)));
    for (const [text, allowed] of bySelectors) {
      for (const selector of JSON.parse(text) as readonly HostSelector[])
        this.grantOn(grantee, allowed, selector);
    }
  }

  /** Reading: EC2 knows no resource for it. */
  grantOnAnyHost(grantee: HealingFunction, actions: readonly string[]): void {
    const used = actions.filter((action) => this.props.hostCalls.has(action));
    if (used.length > 0) grantee.grantOnAnyResource(used, `AWS allows ${used.join(', ')} on * only.`);
  }

  /** The Auto Scaling groups that components name; AWS puts an id into their ARNs that nobody chooses. */
  grantOnGroups(grantee: HealingFunction, actions: readonly string[]): void {
    for (const action of actions) {
      const names = (this.props.hostCalls.get(action) ?? []).flatMap((selector) =>
        'autoScalingGroup' in selector ? [selector.autoScalingGroup] : [],
      );
      const resources = names.map((name) => `autoScalingGroup:*:autoScalingGroupName/${name}`);
      if (resources.length === 0) continue;
      grantee.grant(
        [action],
        resources.map((resource) =>
          Stack.of(this).formatArn({
            service: 'autoscaling',
            resource,
            arnFormat: ArnFormat.NO_RESOURCE_NAME,
          }),
        ),
      );
      for (const resource of resources)
        grantee.acknowledgeWildcard(
          `autoscaling:${resource}`,
          'The group is named; the id before its name is drawn by AWS.',
        );
    }
  }

  /** Snapshots of these instances: of whatever volumes they have, which need no tag. */
  grantSnapshots(grantee: HealingFunction, actions: readonly string[]): void {
    this.grantOnHosts(grantee, actions);
    if (!actions.some((action) => this.props.hostCalls.has(action))) return;
    grantee.grant(actions, [this.arn('volume', '*'), this.snapshots]);
    const reason = 'A snapshot of an instance is of all its volumes; its own id is new.';
    grantee.acknowledgeWildcard('ec2:volume/*', reason);
    grantee.acknowledgeWildcard('ec2:snapshot/*', reason, '');
  }

  /**
   * Network interfaces, which carry no tag of their instance: they need the managed tag themselves. Groups are what an
   * interface has had before, whichever they are.
   */
  grantOnInterfaces(grantee: HealingFunction, actions: readonly string[]): void {
    if (!actions.some((action) => this.props.hostCalls.has(action))) return;
    const { key, value } = this.props.managedTag;
    grantee.grant(actions, [this.arn('network-interface', '*')], {
      StringEquals: { [`aws:ResourceTag/${key}`]: value },
    });
    grantee.grant(actions, [this.arn('security-group', '*')]);
    grantee.acknowledgeWildcard(
      'ec2:network-interface/*',
      'The condition on the managed tag says which are meant.',
    );
    grantee.acknowledgeWildcard(
      'ec2:security-group/*',
      'An interface gets back the groups that it has had before.',
    );
  }

  /** Tags on what is being created only: tags say elsewhere what may be acted on. */
  grantTagging(grantee: HealingFunction, actions: readonly string[]): void {
    if (!actions.some((action) => this.props.hostCalls.has(action))) return;
    grantee.grant(actions, [this.snapshots], {
      StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' },
    });
  }

  /** One selector for all ids, and one for each other way of naming hosts. */
  private selectorsOf(action: string): readonly HostSelector[] {
    const selectors = this.props.hostCalls.get(action) ?? [];
    const ids = selectors.flatMap((selector) => ('instanceIds' in selector ? selector.instanceIds : []));
    const instanceIds = [...new Set(ids)].filter((id) => id.startsWith('i-')).sort();
    const others = selectors.filter((selector) => !('instanceIds' in selector));
    const each = new Map(others.map((selector) => [JSON.stringify(selector), selector]));
    return [...(instanceIds.length > 0 ? [{ instanceIds }] : []), ...each.values()];
  }

  private grantOn(grantee: HealingFunction, actions: readonly string[], selector: HostSelector): void {
    const { key, value } = this.props.managedTag;
    const named =
      'instanceIds' in selector && selector.instanceIds.length <= NAMED_AT_MOST
        ? selector.instanceIds
        : undefined;
    const tags = { [key]: value, ...('instanceIds' in selector ? {} : selectorTags(selector)) };
    const conditions = Object.entries(tags).map(([tag, text]) => [`aws:ResourceTag/${tag}`, text]);
    grantee.grant(
      actions,
      (named ?? ['*']).map((id) => this.arn('instance', id)),
      { StringEquals: Object.fromEntries(conditions) },
    );
    if (named === undefined)
      grantee.acknowledgeWildcard(
        'ec2:instance/*',
        'Instances come and go; the condition on their tags says which of them may be acted on.',
      );
  }

  private arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ec2', resource, resourceName });
  }

  /** Without an account, as EC2 names them. */
  private get snapshots(): string {
    return Stack.of(this).formatArn({
      ...{ service: 'ec2', resource: 'snapshot', resourceName: '*', account: '' },
    });
  }
}
