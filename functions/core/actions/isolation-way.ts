import * as z from 'zod/mini';
import type { ActionParams } from './action-definition.ts';

/** Who cuts a host off: its own agent, or EC2 by the security groups of its network interfaces. */
export const way = z
  ._default(z.enum(['agent', 'security_groups']), 'agent')
  .check(
    z.describe(
      '`agent`: by rules on the host, which needs its agent. `security_groups`: by EC2, on all network interfaces of the instance.',
    ),
  );

export const securityGroup = z
  .optional(z.string().check(z.regex(/^sg-[0-9a-f]{8,17}$/, { error: 'the id of a security group' })))
  .check(z.describe('With `by: security_groups`: the only group that the interfaces have while isolated.'));

export const isByGroups = ({ by }: ActionParams): boolean => by === 'security_groups';
