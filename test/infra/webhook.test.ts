import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { matches } from './event-pattern.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { customEvent } from './sample-events.ts';
import { type Resource, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:pager-a1b2c3';
const { webhook } = synthesizeStacks();
if (!webhook) throw new Error('the sample configuration has a webhook');

const only = (type: string, of: Template = webhook): Resource['Properties'] => {
  const [resource, ...others] = [...resourcesOf(of, type).values()];
  if (!resource || others.length > 0) throw new Error(`one ${type} was expected`);
  return resource.Properties;
};

describe('the architect’s webhook', () => {
  it('is updated by a new version of its secret', () => {
    const version = '0a1b2c3d-0123-4567-89ab-0123456789ab';
    const text = SAMPLE_CONFIGURATION.replace(
      "selfheal' }",
      `selfheal', secretArn: '${SECRET}', secretVersion: ${version} }`,
    );
    const connection = only('AWS::Events::Connection', synthesizeStacks(text).webhook);
    expect(JSON.stringify(connection['AuthParameters'])).toContain(
      `{{resolve:secretsmanager:${SECRET}:SecretString:::${version}}}`,
    );
  });

  it('gets a POST for what only the architect can help with', () => {
    expect(only('AWS::Events::ApiDestination')).toMatchObject({
      HttpMethod: 'POST',
      InvocationEndpoint: 'https://hooks.example.com/selfheal',
    });
    const pattern = only('AWS::Events::Rule')['EventPattern'];
    const said = (action: string) => customEvent('selfheal', 'Selfheal Watchdog Escalation', { action });
    expect(matches(pattern, said('alert_architect'))).toBe(true);
    expect(matches(pattern, { ...said('alert_architect'), account: '999999999999' })).toBe(false);
    expect(matches(pattern, said('restart'))).toBe(false);
  });

  it('is authorised by a generated key that no template contains', () => {
    expect(only('AWS::SecretsManager::Secret')['GenerateSecretString']).toMatchObject({ PasswordLength: 48 });
    const { AuthorizationType, AuthParameters } = only('AWS::Events::Connection');
    expect(AuthorizationType).toBe('API_KEY');
    expect(AuthParameters.ApiKeyAuthParameters).toEqual({
      ApiKeyName: 'X-Api-Key',
      ApiKeyValue: {
        'Fn::Join': [
          '',
          ['{{resolve:secretsmanager:', { Ref: expect.stringMatching(/^Key/) }, ':SecretString:::}}'],
        ],
      },
    });
  });

  it('may use an existing key, in a header of one’s own', () => {
    const own = `webhook: { url: 'https://hooks.example.com', header: Authorization, secretArn: '${SECRET}' }`;
    const of = synthesizeStacks(SAMPLE_CONFIGURATION.replace(/webhook: .*/, own)).webhook;
    if (!of) throw new Error('no webhook');
    expect(resourcesOf(of, 'AWS::SecretsManager::Secret').size).toBe(0);
    expect(only('AWS::Events::Connection', of)['AuthParameters'].ApiKeyAuthParameters).toEqual({
      ApiKeyName: 'Authorization',
      ApiKeyValue: `{{resolve:secretsmanager:${SECRET}:SecretString:::}}`,
    });
  });

  it('has an alarm on what it did not take', () => {
    expect(only('AWS::CloudWatch::Alarm')['AlarmName']).toBe('SelfhealEngine-webhook-dead-letters');
  });

  it('exists only if it is configured', () => {
    expect(synthesizeStacks(SAMPLE_CONFIGURATION.replace(/ *webhook: .*\n/, '')).webhook).toBeUndefined();
  });
});
