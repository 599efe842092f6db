import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Closers } from '../../../local/cloud/closers.ts';
import type { LocalEndpoint } from '../../../local/cloud/endpoint.ts';
import { output, roleOfFunction } from '../../factories/deployed-engine/functions.ts';
import { topicMailbox } from '../../factories/deployed-engine/queues.ts';
import type { SlackHooks } from '../../factories/deployed-engine/slack-hooks.ts';
import type { PlaceApprovals } from './place.ts';

const SIGNING_SECRET = 'conformance-slack-signing-secret';

/**
 * The address for approvals of a deployment on MiniStack, which serves function URLs under a path of its own.
 *
 * @param signingSecretArn where the deployment expects the signing secret; it is created there
 */
export async function deployedApprovals(
  aws: LocalEndpoint,
  outputs: Readonly<Record<string, string>>,
  {
    signingSecretArn,
    hooks,
    closers,
  }: {
    readonly signingSecretArn: string;
    readonly hooks: SlackHooks;
    readonly closers: Closers;
  },
): Promise<PlaceApprovals> {
  const name = signingSecretArn.slice(signingSecretArn.lastIndexOf(':') + 1);
  const { ARN: created } = await new SecretsManagerClient(aws).send(
    new CreateSecretCommand({ Name: name, SecretString: SIGNING_SECRET }),
  );
  await grantSecrets(aws, 'selfheal-approve', [await linkKeyOf(aws, 'selfheal-approve'), created]);
  await grantSecrets(aws, 'selfheal-notify-approvers', [await linkKeyOf(aws, 'selfheal-notify-approvers')]);
  const { Topics = [] } = await new SNSClient(aws).send(new ListTopicsCommand({}));
  const topic = Topics.find(({ TopicArn = '' }) => TopicArn.endsWith(':selfheal-approvers'))?.TopicArn ?? '';
  const mailbox = await topicMailbox(aws, topic, 'selfheal-conformance-approvers');
  closers.add(mailbox.stop);
  const id = new URL(output({ outputs }, 'ApprovalsUrl')).hostname.split('.')[0] ?? '';
  return {
    slackSigningSecret: SIGNING_SECRET,
    slackHooks: hooks.url,
    request: async ({ method, path, query = '', headers = {}, body }) => {
      const url = `${aws.endpoint}/_aws/lambda-url/${id}${path}${query && `?${query}`}`;
      const response = await fetch(url, { method, headers, ...(method === 'POST' && { body: body ?? '' }) });
      return { statusCode: response.status, body: await response.text() };
    },
    mails: () => mailbox.received.map(String),
    slackAnswers: () => hooks.received,
  };
}

/**
 * The functions get what they have on AWS: `Ref` of a secret is its name on MiniStack, so that policies do not name the
 * ARN of the key; and that of the signing secret, whose end is random, is known only now.
 */
async function grantSecrets(
  aws: LocalEndpoint,
  functionName: string,
  Resource: readonly (string | undefined)[],
): Promise<void> {
  const statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource };
  await new IAMClient(aws).send(
    new PutRolePolicyCommand({
      RoleName: await roleOfFunction(aws, functionName),
      PolicyName: 'secrets',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
}

async function linkKeyOf(aws: LocalEndpoint, FunctionName: string): Promise<string | undefined> {
  const { Environment } = await new LambdaClient(aws).send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  const SecretId = Environment?.Variables?.['LINK_KEY_ARN'];
  const { ARN } = await new SecretsManagerClient(aws).send(new DescribeSecretCommand({ SecretId }));
  return ARN;
}
