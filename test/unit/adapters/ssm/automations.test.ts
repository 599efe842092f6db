import { SSMClient, SSMServiceException } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { createAutomations } from '../../../../functions/adapters/ssm/automations.ts';
import { createSsmRunbookRunner } from '../../../../functions/adapters/ssm/runbook-runner.ts';
import {
  NotFound,
  NotPermitted,
  RequestRefused,
  ServiceUnavailable,
} from '../../../../functions/ports/errors.ts';
import { type Scripted, scriptedClient } from '../scripted-client.ts';

const REQUEST = {
  document: 'Acme-Scale',
  version: '3',
  parameters: { Clusters: ['a', 'b'], Direction: 'up' },
  clientToken: '0123abcd-4567-89ab-8def-0123456789ab',
};

const refused = (name: string, message = 'no', httpStatusCode = 400) =>
  new SSMServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });

function automationsAnswered(...answers: readonly Scripted[]) {
  const { client, sent } = scriptedClient(SSMClient, ...answers);
  return { automations: createAutomations(client), sent };
}

describe('starting an automation', () => {
  it('gives lists to every parameter, and the token that makes it safe to repeat', async () => {
    const { automations, sent } = automationsAnswered({ AutomationExecutionId: 'execution-1' });
    expect(await automations.start(REQUEST)).toBe('execution-1');
    expect(sent).toEqual([
      {
        DocumentName: 'Acme-Scale',
        DocumentVersion: '3',
        Parameters: { Clusters: ['a', 'b'], Direction: ['up'] },
        ClientToken: REQUEST.clientToken,
      },
    ]);
  });

  it.each([
    ['AutomationDefinitionNotFoundException', NotFound],
    ['InvalidAutomationExecutionParametersException', RequestRefused],
    ['IdempotentParameterMismatch', RequestRefused],
    ['AccessDeniedException', NotPermitted],
    ['ThrottlingException', ServiceUnavailable],
    ['AutomationExecutionLimitExceededException', ServiceUnavailable],
  ])('names the error of a start that is refused with %s', async (name, expected) => {
    const { automations } = automationsAnswered(refused(name));
    await expect(automations.start(REQUEST)).rejects.toThrow(expected);
  });
});

describe('looking at an automation', () => {
  it('shows its status, and why it failed', async () => {
    const { automations } = automationsAnswered({
      AutomationExecution: {
        DocumentName: 'Acme-Scale',
        AutomationExecutionStatus: 'Failed',
        FailureMessage: 'no capacity',
      },
    });
    expect(await automations.get('execution-1')).toEqual({
      document: 'Acme-Scale',
      status: 'Failed',
      failureMessage: 'no capacity',
    });
  });

  it('shows nothing of one that the service does not know yet', async () => {
    const { automations } = automationsAnswered(refused('AutomationExecutionNotFoundException'));
    expect(await automations.get('execution-1')).toBeUndefined();
  });
});

describe('a command that must not be sent twice', () => {
  it('goes through the client that repeats nothing', async () => {
    const usual = scriptedClient(SSMClient, { Command: { CommandId: 'usual' } });
    const once = scriptedClient(SSMClient, { Command: { CommandId: 'once' } });
    const runner = createSsmRunbookRunner({
      client: usual.client,
      once: () => once.client,
      managedTag: { key: 'selfheal:managed', value: 'true' },
    });
    const request = {
      document: 'acme',
      parameters: {},
      instanceIds: ['i-0123456789abcdef0'],
      comment: 'c',
      deliveryTimeoutSeconds: 30,
      maxConcurrency: 1,
      stopsAtError: true,
    };
    expect(await runner.send({ ...request, isRepeatable: false })).toBe('once');
    expect(await runner.send({ ...request, isRepeatable: true })).toBe('usual');
    expect(await runner.send(request)).toBe('usual');
  });
});
