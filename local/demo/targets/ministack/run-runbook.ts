import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { LocalEndpoint } from '../../../cloud/endpoint.ts';
import type { Host } from '../../../hosts/host.ts';
import { waitFor } from '../../repeat.ts';

const TIMEOUT_SECONDS = 30;
const ENDED = new Set(['Success', 'Failed', 'TimedOut', 'Cancelled']);

export interface RunbookCall {
  readonly document: string;
  readonly component: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Runs a runbook by hand, outside any operation, through Run Command as anyone would.
 *
 * @throws Error if it does not end as Success
 */
export async function runRunbook(
  endpoint: LocalEndpoint,
  host: Host,
  { document, component, parameters }: RunbookCall,
): Promise<void> {
  const client = new SSMClient(endpoint);
  const all = {
    ...parameters,
    component,
    operationId: `demo-${component}-${Date.now()}`,
    stepId: 'manual-0',
    fence: '0',
    executionTimeout: String(TIMEOUT_SECONDS),
  };
  const { Command } = await client.send(
    new SendCommandCommand({
      DocumentName: document,
      InstanceIds: [host.instanceId],
      Parameters: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    }),
  );
  const invocation = { CommandId: Command?.CommandId, InstanceId: host.instanceId };
  const ended = await waitFor(
    `${document} on ${host.name}`,
    TIMEOUT_SECONDS,
    AbortSignal.timeout(2_000 * TIMEOUT_SECONDS),
    async () => {
      const answer = await client.send(new GetCommandInvocationCommand(invocation)).catch((error: Error) => {
        // Run Command lists a command before it lists its invocations.
        if (error.name === 'InvocationDoesNotExist') return undefined;
        throw error;
      });
      return answer && ENDED.has(answer.Status ?? '') ? answer : undefined;
    },
  );
  if (ended.Status !== 'Success') {
    const said = ended.StandardErrorContent || ended.StandardOutputContent || '';
    throw new Error(`${document} on ${host.name} ended as ${ended.Status}: ${said.trim()}`);
  }
}
