import { randomBytes } from 'node:crypto';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import type { WebhookSettings } from '../../functions/core/configuration/schema/webhook-schema.ts';
import { resolveIntrinsics } from '../alarms/intrinsics.ts';
import { LOCAL_ACCOUNT, type LocalEndpoint } from './endpoint.ts';
import { callJsonService } from './json-service.ts';

const secretsManager = (operation: string) => ({
  service: 'secretsmanager',
  target: `secretsmanager.${operation}`,
});

const createdSecret = z.object({ ARN: z.string() });
const secretValue = z.object({ SecretString: z.string() });

const template = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
});
const destinationProperties = z.object({
  Name: z.string(),
  InvocationEndpoint: z.string(),
  HttpMethod: z.literal('POST'),
  InvocationRateLimitPerSecond: z.int(),
});
const connectionProperties = z.object({ Name: z.string(), AuthorizationType: z.literal('API_KEY') });
const ruleProperties = z.object({ EventPattern: z.record(z.string(), z.unknown()) });

/**
 * Creates the architect's webhook of a synthesized template, whose types MiniStack's CloudFormation does not support;
 * its EventBridge does, except for retries and the dead-letter queue.
 *
 * @returns the ARN of the secret with the key
 */
export async function loadWebhook(
  aws: LocalEndpoint,
  { header, secretArn }: WebhookSettings,
  synthesized: unknown,
): Promise<string> {
  const { Resources } = template.parse(synthesized);
  const only = <Schema extends z.ZodType>(type: string, schema: Schema): z.output<Schema> =>
    schema.parse(Object.values(Resources).find(({ Type }) => Type === type)?.Properties);
  const connection = only('AWS::Events::Connection', connectionProperties);
  const destination = only('AWS::Events::ApiDestination', destinationProperties);
  const { EventPattern } = only('AWS::Events::Rule', ruleProperties);
  const home: Readonly<Record<string, string>> = {
    'AWS::AccountId': LOCAL_ACCOUNT,
    'AWS::Region': aws.region,
  };
  const pattern = resolveIntrinsics(EventPattern, { ref: (name) => home[name], getAtt: () => undefined });

  const keptIn = secretArn ?? (await createSecret(aws));
  const { SecretString } = secretValue.parse(
    await callJsonService(aws, secretsManager('GetSecretValue'), { SecretId: keptIn }),
  );
  const client = new EventBridgeClient(aws);
  const ApiKeyAuthParameters = { ApiKeyName: header, ApiKeyValue: SecretString };
  const { ConnectionArn } = await client.send(
    new CreateConnectionCommand({ ...connection, AuthParameters: { ApiKeyAuthParameters } }),
  );
  const { ApiDestinationArn } = await client.send(
    new CreateApiDestinationCommand({ ...destination, ConnectionArn }),
  );
  const Rule = 'SelfhealWebhook-Architect';
  await client.send(new PutRuleCommand({ Name: Rule, EventPattern: JSON.stringify(pattern) }));
  const RoleArn = `arn:aws:iam::${LOCAL_ACCOUNT}:role/selfheal-webhook`;
  const Targets = [{ Id: 'Target0', Arn: ApiDestinationArn, RoleArn }];
  await client.send(new PutTargetsCommand({ Rule, Targets }));
  return keptIn;
}

async function createSecret(aws: LocalEndpoint): Promise<string> {
  const input = { Name: 'selfheal-webhook', SecretString: randomBytes(24).toString('hex') };
  return createdSecret.parse(await callJsonService(aws, secretsManager('CreateSecret'), input)).ARN;
}
