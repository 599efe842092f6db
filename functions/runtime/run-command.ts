import { createSsmRunbookRunner } from '../adapters/ssm/runbook-runner.ts';
import type { PortBuilder } from './port-builders.ts';
import { ssmClient, ssmClientOnce } from './ssm-clients.ts';

/** In a file of its own: functions without it need no client of Systems Manager at their start. */
export const runbooks: PortBuilder<'runbooks'> = ({ configuration }) =>
  createSsmRunbookRunner({
    client: ssmClient(),
    once: ssmClientOnce,
    managedTag: configuration.settings.managedTag,
  });
