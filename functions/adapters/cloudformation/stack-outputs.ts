import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { NotFound, RequestRefused } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

const CALL = 'cloudformation:DescribeStacks';

/**
 * The outputs of a stack, by name.
 *
 * @throws NotFound if there is no such stack, ServiceError
 */
export async function readStackOutputs(
  client: CloudFormationClient,
  stackName: string,
): Promise<Readonly<Record<string, string>>> {
  try {
    const answer = await translated(CALL, () =>
      client.send(new DescribeStacksCommand({ StackName: stackName })),
    );
    const outputs = answer.Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(
      outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  } catch (error) {
    // CloudFormation has no code of its own for it: ValidationError stands for any wrong parameter.
    if (!(error instanceof RequestRefused && /does not exist/.test(error.message))) throw error;
    throw new NotFound(`stack ${stackName} does not exist`, { call: CALL, cause: error });
  }
}
