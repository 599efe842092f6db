import { type CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, Policy, type Role } from 'aws-cdk-lib/aws-iam';

/**
 * Makes a resource wait for the policies of its role, and for nothing else: those of its own, and those into which the
 * CDK moves what one cannot hold. The CDK would make it wait for the role as well, which the reference to the role's ARN
 * does already.
 */
export function dependOnlyOnPoliciesOf(role: Role, resource: CfnResource): void {
  const logicalIds = Lazy.any({
    produce: () => {
      const policies = role.node.children.filter(
        (child) => child instanceof Policy || child instanceof ManagedPolicy,
      );
      const found = policies.map(({ node }) => node.defaultChild as CfnResource);
      return found.length > 0 ? found.map((policy) => Stack.of(policy).getLogicalId(policy)) : undefined;
    },
  });
  resource.addOverride('DependsOn', logicalIds);
}
