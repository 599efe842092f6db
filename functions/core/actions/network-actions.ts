import * as z from 'zod';
import type { RunbookAction } from './action-definition.ts';
import { NETWORKS_AT_MOST } from './value-rules.ts';

/** Without IPv6 that ends as IPv4: such addresses are never on the wire, so that a rule for them opens nothing. */
const managementNetwork = z
  .union([z.cidrv4(), z.cidrv6()])
  .refine((network) => !(network.includes(':') && network.includes('.')), {
    error: 'an IPv4 network, such as 192.168.100.0/24, or an IPv6 network in hexadecimal groups',
    params: { code: 'invalid-format' },
  })
  .refine((network) => !network.endsWith('/0'), {
    error: 'a network that leaves others out: /0 is all of them, and nothing would be isolated',
    params: { code: 'open-network' },
  });

/** Cuts the host off, but for loopback and the SSM channel. */
export const isolateNetwork: RunbookAction = {
  kind: 'runbook',
  type: 'isolate_network',
  document: 'selfheal-isolate-network',
  summary: 'Cut the host off from the network, except for loopback and the SSM channel.',
  params: z.strictObject({
    managementCidrs: z
      .array(managementNetwork)
      .max(NETWORKS_AT_MOST)
      .default([])
      .describe('Networks that stay reachable, such as that of a bastion host.'),
  }),
  needs: [],
  effect: () => 'isolates',
  defaultTimeoutSeconds: 60,
  undo: 'restore_network',
  parameters: (_component, params) => ({
    managementCidrs: (params['managementCidrs'] as readonly string[]).join(','),
  }),
};

/** Takes isolate_network back. */
export const restoreNetwork: RunbookAction = {
  kind: 'runbook',
  type: 'restore_network',
  document: 'selfheal-restore-network',
  summary: 'Undo `isolate_network`.',
  params: z.strictObject({}),
  needs: [],
  effect: () => 'reconnects',
  defaultTimeoutSeconds: 60,
  parameters: () => ({}),
};
