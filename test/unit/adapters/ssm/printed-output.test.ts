import { SSMClient } from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../../../functions/adapters/ssm/runbook-runner.ts';
import { scriptedClient } from '../scripted-client.ts';

const MANAGED_TAG = { key: 'selfheal:managed', value: 'true' };

async function outputOf(...outputs: readonly string[]) {
  const { client } = scriptedClient(SSMClient, {
    CommandInvocations: [
      {
        InstanceId: 'i-0123456789abcdef0',
        Status: 'Failed',
        CommandPlugins: outputs.map((Output) => ({ Output })),
      },
    ],
  });
  const runner = createSsmRunbookRunner({ client, managedTag: MANAGED_TAG });
  const [invocation] = await runner.listInvocations('command-1');
  return invocation?.output;
}

it('a command’s output ends with what its script printed, not with what the agent adds', async () => {
  const said = 'rm: cannot remove /srv/cache: Device or resource busy';
  expect(await outputOf(`${said}\nfailed to run commands: exit status 1`)).toBe(said);
  expect(await outputOf(`${said}\n---Output truncated---`)).toBe(said);
  expect(await outputOf(`begun\n----------ERROR-------\n${said}\n---Error truncated----`)).toBe(
    `begun\n${said}`,
  );
  expect(await outputOf(`${said}\n--output truncated--`, 'step 2: skipped')).toBe(`${said}\nstep 2: skipped`);
});

it('a command’s output is what the agent adds, if its script printed nothing', async () => {
  const added = '\n----------ERROR-------\nfailed to run commands: exit status 1';
  expect(await outputOf(added)).toBe(added);
});
