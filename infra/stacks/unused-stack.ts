import { CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * In place of a stack that the configuration does not use. `cdk deploy` never deletes a stack that is no longer in the
 * app: without this one, the last deployed would go on working, and keep in use what it imports from others.
 */
export class UnusedStack extends Stack {
  constructor(scope: Construct, id: string, unused: string) {
    super(scope, id, { description: `Selfheal: empty, as the configuration has no ${unused}` });
    // CloudFormation accepts no stack without a resource.
    new CfnWaitConditionHandle(this, 'Unused');
  }
}
