import { LambdaClient, LambdaServiceException } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createLambdaAliases } from '../../../../functions/adapters/lambda/lambda-aliases.ts';
import { OverwriteRefused, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { LambdaAliases } from '../../../../functions/ports/lambda-aliases.ts';
import { scriptedClient } from '../scripted-client.ts';

const NAME = { functionName: 'orders', alias: 'live' };

const CHANGES: readonly (readonly [string, (aliases: LambdaAliases) => Promise<void>])[] = [
  ['UpdateAlias', (aliases) => aliases.point(NAME, { version: '1', weights: {} }, 'revision')],
  ['PutFunctionConcurrency', (aliases) => aliases.reserve('orders', 5)],
  ['DeleteFunctionConcurrency', (aliases) => aliases.reserve('orders', null)],
  ['PutProvisionedConcurrencyConfig', (aliases) => aliases.provision(NAME, 5)],
  ['DeleteProvisionedConcurrencyConfig', (aliases) => aliases.provision(NAME, null)],
];

function refusedWith(name: string, httpStatusCode: number): LambdaAliases {
  const error = new LambdaServiceException({
    ...{ name, message: 'The operation cannot be performed at this time.' },
    ...{ $fault: 'client', $metadata: { httpStatusCode } },
  });
  return createLambdaAliases(scriptedClient(LambdaClient, error).client);
}

describe.each(CHANGES)('%s', (operation, change) => {
  it('may be asked for again after Lambda was busy with another change of the function', async () => {
    const aliases = refusedWith('ResourceConflictException', 409);
    await expect(change(aliases)).rejects.toThrow(ServiceUnavailable);
    await expect(change(aliases)).rejects.toMatchObject({
      call: `lambda:${operation}`,
      serviceCode: 'ResourceConflictException',
    });
  });

  it('fails for good where a parameter is invalid', async () => {
    await expect(change(refusedWith('InvalidParameterValueException', 400))).rejects.toThrow(RequestRefused);
  });
});

describe('an alias that someone else has changed since it was read', () => {
  it('keeps its version', async () => {
    const aliases = refusedWith('PreconditionFailedException', 412);
    await expect(aliases.point(NAME, { version: '1', weights: {} }, 'old')).rejects.toThrow(OverwriteRefused);
  });
});
