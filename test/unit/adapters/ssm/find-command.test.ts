import { SSMClient } from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../../../functions/adapters/ssm/runbook-runner.ts';
import { scriptedClient } from '../scripted-client.ts';

const MANAGED_TAG = { key: 'selfheal:managed', value: 'true' };

it('a command is searched by its comment, among those of its document sent since', async () => {
  const found = { CommandId: 'command-1', Comment: 'selfheal op heal-0', Status: 'Success' };
  const { client, sent } = scriptedClient(
    SSMClient,
    { Commands: [{ CommandId: 'other', Comment: 'patching' }], NextToken: 'more' },
    { Commands: [found] },
  );
  const runner = createSsmRunbookRunner({ client, managedTag: MANAGED_TAG });
  const since = Date.parse('2026-11-22T13:30:01.500Z');
  expect(await runner.findCommand('selfheal op heal-0', since, 'selfheal-start-component')).toMatchObject({
    commandId: 'command-1',
    status: 'Success',
  });
  const Filters = [
    { key: 'InvokedAfter', value: '2026-11-22T13:30:00Z' },
    { key: 'DocumentName', value: 'selfheal-start-component' },
  ];
  expect(sent).toMatchObject([{ Filters }, { Filters, NextToken: 'more' }]);
});

it('a search that is given up does not pass for one that found nothing', async () => {
  const pages = Array.from({ length: 11 }, (_, page) => ({
    Commands: [{ CommandId: `other-${page}`, Comment: 'patching' }],
    ...(page < 10 && { NextToken: `page-${page + 1}` }),
  }));
  const { client, sent } = scriptedClient(SSMClient, ...pages);
  const runner = createSsmRunbookRunner({ client, managedTag: MANAGED_TAG });
  await expect(runner.findCommand('selfheal op heal-0', 0)).rejects.toMatchObject({
    name: 'RequestRefused',
    call: 'ssm:ListCommands',
    message: expect.stringContaining('"selfheal op heal-0" is not among the newest 500 commands'),
  });
  expect(sent).toHaveLength(10);
});

it('a command that is not among exactly as many as are searched was not sent', async () => {
  const pages = Array.from({ length: 10 }, (_, page) => ({
    Commands: [],
    ...(page < 9 && { NextToken: `page-${page + 1}` }),
  }));
  const { client } = scriptedClient(SSMClient, ...pages);
  const runner = createSsmRunbookRunner({ client, managedTag: MANAGED_TAG });
  expect(await runner.findCommand('selfheal op heal-0', 0)).toBeUndefined();
});
