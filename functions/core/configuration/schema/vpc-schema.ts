import * as z from 'zod';
import { isWithoutRepetition, NO_REPETITION } from '../names.ts';

/** The APIs that say whether a target can serve, as the service names of their VPC endpoints end. */
const VERIFYING_APIS = ['ecs', 'elasticloadbalancing', 'lambda', 'rds'] as const;
export type VerifyingApi = (typeof VERIFYING_APIS)[number];

/** The place in a VPC where a function runs. Limits: https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
export const vpc = z.strictObject({
  vpcId: z
    .string()
    .regex(/^vpc-[0-9a-f]{8,17}$/, { error: 'a VPC id (vpc-0123456789abcdef0)' })
    .describe('The VPC.'),
  subnetIds: z
    .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, { error: 'a subnet id (subnet-0123456789abcdef0)' }))
    .min(1)
    .max(16)
    .refine(isWithoutRepetition, NO_REPETITION)
    .describe('Subnets of that VPC from which the endpoints can be reached.'),
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, { error: 'a security group id (sg-0123456789abcdef0)' }))
    .min(1)
    .max(5)
    .refine(isWithoutRepetition, NO_REPETITION)
    .describe('Security groups of the function; the endpoints must allow them.'),
  reaches: z
    .array(z.enum(VERIFYING_APIS))
    .max(VERIFYING_APIS.length)
    .refine(isWithoutRepetition, NO_REPETITION)
    .optional()
    .describe(
      'APIs of AWS that verify repairs, to which the VPC has a way: a NAT gateway or an interface endpoint. `validate` does not warn of these. Default: none is known.',
    ),
});
