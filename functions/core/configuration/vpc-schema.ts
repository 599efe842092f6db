import * as z from 'zod';

/** The place in a VPC where a function runs. */
export const vpc = z.strictObject({
  vpcId: z
    .string()
    .regex(/^vpc-[0-9a-f]{8,17}$/, { error: 'a VPC id (vpc-0123456789abcdef0)' })
    .describe('The VPC.'),
  subnetIds: z
    .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, { error: 'a subnet id (subnet-0123456789abcdef0)' }))
    .min(1)
    .describe('Subnets of that VPC from which the endpoints can be reached.'),
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, { error: 'a security group id (sg-0123456789abcdef0)' }))
    .min(1)
    .describe('Security groups of the function; the endpoints must allow them.'),
});
