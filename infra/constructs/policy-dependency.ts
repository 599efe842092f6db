import { type CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';

/**
 * Makes a resource wait for the policy of its role, and for nothing else. The CDK would make it wait for the role as
 * well, which the reference to the role's ARN does already.
 */
export function dependOnlyOnPolicyOf(role: Role, resource: CfnResource): void {
  const policy = () => role.node.tryFindChild('DefaultPolicy')?.node.defaultChild as CfnResource | undefined;
  const logicalIds = Lazy.any({
    produce: () => {
      const found = policy();
      return found && [Stack.of(found).getLogicalId(found)];
    },
  });
  resource.addOverride('DependsOn', logicalIds);
}
