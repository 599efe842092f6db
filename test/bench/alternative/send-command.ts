import { SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';

export interface Runbook {
  readonly document: string;
  readonly instanceId: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const client = new SSMClient();

/** @public called by Lambda */
export async function handler({ document, instanceId, parameters }: Runbook) {
  const { Command } = await client.send(
    new SendCommandCommand({
      DocumentName: document,
      InstanceIds: [instanceId],
      Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
    }),
  );
  return { commandId: Command?.CommandId };
}
