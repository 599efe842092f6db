import { type FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createFunctionVersions } from '../../../../functions/adapters/lambda/function-versions.ts';
import { scriptedClient } from '../scripted-client.ts';

const FUNCTION: FunctionConfiguration = {
  FunctionName: 'orders',
  FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders:4',
  Version: '4',
  CodeSha256: 'code',
  Handler: 'index.handler',
  MemorySize: 128,
  Timeout: 3,
  TracingConfig: { Mode: 'PassThrough' },
  LoggingConfig: { LogFormat: 'JSON', LogGroup: '/orders', ApplicationLogLevel: 'INFO' },
  Environment: { Variables: { TABLE: 'orders' } },
  Layers: [{ Arn: 'arn:aws:lambda:us-east-1:000000000000:layer:shared:1', CodeSize: 1 }],
  VpcConfig: { SubnetIds: ['subnet-a', 'subnet-b'], SecurityGroupIds: ['sg-a'], VpcId: 'vpc-a' },
  SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
};

/** What stands for everything that actions do not change. */
async function restOf(configuration: FunctionConfiguration): Promise<string> {
  const answer = { ...configuration, $metadata: { requestId: configuration.Version ?? '' } };
  const { client } = scriptedClient(LambdaClient, answer);
  return (await createFunctionVersions(client).read('orders', '4')).settings.rest;
}

const differing = async (change: object) =>
  (await restOf({ ...FUNCTION, ...change })) !== (await restOf(FUNCTION));

describe('two versions of a function', () => {
  it.each<readonly [string, object]>([
    ['code', { CodeSha256: 'other' }],
    ['environment', { Environment: { Variables: { TABLE: 'other' } } }],
    ['layers', { Layers: [] }],
    ['IPv6 in subnets', { VpcConfig: { ...FUNCTION.VpcConfig, Ipv6AllowedForDualStack: true } }],
    ['durable executions', { DurableConfig: { RetentionPeriodInDays: 7, ExecutionTimeout: 60 } }],
    ['tenant isolation', { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } }],
    [
      'capacity provider',
      {
        CapacityProviderConfig: {
          LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: 'a' },
        },
      },
    ],
    ['SnapStart', { SnapStart: { ApplyOn: 'PublishedVersions', OptimizationStatus: 'Off' } }],
    ['log group', { LoggingConfig: { ...FUNCTION.LoggingConfig, LogGroup: '/other' } }],
    ['something that Lambda does not have yet', { FutureConfig: { Mode: 'On' } }],
  ])('differ by their %s', async (_what, change) => {
    expect(await differing(change)).toBe(true);
  });

  it.each<readonly [string, object]>([
    ['name', { FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders', Version: '$LATEST' }],
    ['description', { Description: 'The same code with other settings, by Selfheal' }],
    ['revision', { RevisionId: 'other', LastModified: '2026-11-29T08:00:00.000+0000' }],
    ['state', { State: 'Pending', StateReason: 'creating', StateReasonCode: 'Creating' }],
    [
      'last update',
      {
        LastUpdateStatus: 'InProgress',
        LastUpdateStatusReason: 'updating',
        LastUpdateStatusReasonCode: 'EniLimitExceeded',
      },
    ],
    [
      'runtime version',
      { RuntimeVersionConfig: { RuntimeVersionArn: 'arn:aws:lambda:us-east-1::runtime:b' } },
    ],
    ['digest of the configuration', { ConfigSha256: 'other' }],
    ['signature', { SigningJobArn: 'job', SigningProfileVersionArn: 'profile', CodeSize: 2 }],
    [
      'memory, time-out, tracing and log level',
      {
        MemorySize: 256,
        Timeout: 30,
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { ...FUNCTION.LoggingConfig, ApplicationLogLevel: 'DEBUG' },
      },
    ],
    ['order of subnets', { VpcConfig: { ...FUNCTION.VpcConfig, SubnetIds: ['subnet-b', 'subnet-a'] } }],
    ['progress of SnapStart', { SnapStart: { ApplyOn: 'None', OptimizationStatus: 'On' } }],
  ])('are the same release whatever their %s', async (_what, change) => {
    expect(await differing(change)).toBe(false);
  });
});
