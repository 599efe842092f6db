import * as z from 'zod/mini';
import type { ActionParams } from './action-definition.ts';

const AGENT = '`agent`: by rules on the host, which needs its agent.';
const GROUPS = '`security_groups`: by EC2, on all network interfaces of the instance.';

/** Who cuts a host off: its own agent, EC2 by the security groups of its network interfaces, or the second if the first can’t. */
export const way = z
  ._default(z.enum(['agent', 'security_groups', 'agent_first']), 'agent')
  .check(
    z.describe(
      `${AGENT} ${GROUPS} \`agent_first\`: by the agent, and by EC2 where the agent is offline, refuses, or never began.`,
    ),
  );

/** Who lets a host back in: each way is undone by itself. */
export const wayBack = z._default(z.enum(['agent', 'security_groups']), 'agent');

export const securityGroup = z
  .optional(z.string().check(z.regex(/^sg-[0-9a-f]{8,17}$/, { error: 'the id of a security group' })))
  .check(
    z.describe(
      'With `by: security_groups` or `agent_first`: the only group that the interfaces have while isolated.',
    ),
  );

export const isByGroups = ({ by }: ActionParams): boolean => by === 'security_groups';

/** Whether EC2 does it where the agent has provably done nothing. */
export const isAgentFirst = ({ by }: ActionParams): boolean => by === 'agent_first';

export const mayUseGroups = (params: ActionParams): boolean => isByGroups(params) || isAgentFirst(params);
