import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createApprovalStore } from '../adapters/dynamodb/approval-store.ts';
import { createKeptSecret } from '../adapters/secretsmanager/kept-secret.ts';
import { createSlackResponses } from '../adapters/slack/slack-responses.ts';
import { lazily } from '../core/lazily.ts';
import type { KeptSecret } from '../ports/approvals.ts';
import { CLIENT_SETTINGS, dynamoDbClient, once } from './clients.ts';
import { readEnvironment } from './environment.ts';
import type { PortBuilder } from './port-builders.ts';

/** Slack waits three seconds, all tries included. */
const QUICK_SETTINGS = {
  maxAttempts: 2,
  requestHandler: { ...CLIENT_SETTINGS.requestHandler, connectionTimeout: 500, requestTimeout: 1_000 },
} as const;

const secretsManager = /* @__PURE__ */ once(() => new SecretsManagerClient(QUICK_SETTINGS));

export const approvals: PortBuilder<'approvals'> = () =>
  createApprovalStore({
    client: dynamoDbClient(),
    tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
    newId: randomUUID,
  });

/** Not every deployment has links: their key is looked for when it is needed. */
export const linkKey: PortBuilder<'linkKey'> = () =>
  keptSecret(() => readEnvironment(['LINK_KEY_ARN']).LINK_KEY_ARN);

export const linkAddress: PortBuilder<'linkAddress'> = () => ({
  base: () => readEnvironment(['APPROVALS_URL']).APPROVALS_URL.replace(/\/$/, ''),
});

export const slackSecret: PortBuilder<'slackSecret'> = ({ configuration }) =>
  keptSecret(() => configuration.settings.approvals?.slack?.signingSecretArn ?? '');

export const slackResponses: PortBuilder<'slackResponses'> = () =>
  createSlackResponses(readEnvironment(['SLACK_HOOKS']).SLACK_HOOKS);

function keptSecret(arnOf: () => string): KeptSecret {
  const secret = lazily(() => createKeptSecret(secretsManager(), arnOf()));
  return { read: async () => await secret().read() };
}
