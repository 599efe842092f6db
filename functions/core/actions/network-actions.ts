import * as z from 'zod';
import type { RunbookAction } from './action-definition.ts';

/** Cuts the host off, but for loopback and the SSM channel. */
export const isolateNetwork: RunbookAction = {
  kind: 'runbook',
  type: 'isolate_network',
  document: 'selfheal-isolate-network',
  summary: 'Cut the host off the network; loopback and the SSM channel stay open.',
  params: z.strictObject({
    managementCidrs: z
      .array(z.union([z.cidrv4(), z.cidrv6()]))
      .max(20)
      .default([])
      .describe('Networks that stay reachable, such as a bastion’s.'),
  }),
  needs: [],
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
  summary: 'Take isolate_network back.',
  params: z.strictObject({}),
  needs: [],
  defaultTimeoutSeconds: 60,
  parameters: () => ({}),
};
