import { describe, expect, it } from 'vitest';
import { readServiceReference } from '../../local/cfn-lint/service-reference.ts';
import { requirement } from '../factories/requirements.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

describe.skipIf(!requirement('python'))('the service authorization reference', () => {
  it('knows the resources of an action, and refuses others', async () => {
    const check = await readServiceReference();
    expect(check('ec2:RebootInstances', arn('ec2', 'instance/i-0123456789abcdef0'))).toBeUndefined();
    expect(check('ec2:RebootInstances', arn('ec2', 'volume/vol-0123456789abcdef0'))).toContain(
      'on instance only',
    );
    expect(check('rds:FailoverDBCluster', arn('rds', 'db:orders-2'))).toBeUndefined();
    expect(check('codedeploy:StopDeployment', arn('codedeploy', 'application:shop'))).toContain('on * only');
  });

  it('knows no action that AWS does not have', async () => {
    const check = await readServiceReference();
    expect(check('ec2:RebootInstance', '*')).toBe('ec2:RebootInstance: AWS has no such action');
  });
});
