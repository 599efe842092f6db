import { Stack } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';

/**
 * A pattern that only events of the stack's own account and region match. A bus also carries what other accounts and
 * regions forward to it, and their alarms have the same names as ours wherever the same configuration is deployed.
 */
export function homeEvents(scope: Construct, pattern: EventPattern): EventPattern {
  const { account, region } = Stack.of(scope);
  return { ...pattern, account: [account], region: [region] };
}
