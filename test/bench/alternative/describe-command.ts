import { GetCommandInvocationCommand, SSMClient } from '@aws-sdk/client-ssm';

interface Asked {
  readonly commandId: string;
  readonly instanceId: string;
}

const client = new SSMClient();

/** @public called by Lambda */
export async function handler({ commandId, instanceId }: Asked) {
  const { Status } = await client.send(
    new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }),
  );
  return { status: Status };
}
