import { SSMClient } from '@aws-sdk/client-ssm';
import { createSsmRunbookRunner } from '../adapters/ssm/runbook-runner.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import { CLIENT_SETTINGS } from './clients.ts';
import type { PortBuilder } from './port-builders.ts';

/** For what may be sent again. */
export const runbooks: PortBuilder<'runbooks'> = ({ configuration }): RunbookRunner =>
  createSsmRunbookRunner({
    client: new SSMClient(CLIENT_SETTINGS),
    managedTag: configuration.settings.managedTag,
  });
