import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { describe, expect, it } from 'vitest';
import { createCodeDeployments } from '../../../functions/adapters/code-deploy/code-deployments.ts';
import { scriptedClient } from './scripted-client.ts';

const CONTENT = '{"version":"0.0"}';

describe('the AppSpec of a deployment', () => {
  it.each([
    ['AppSpecContent', 'appSpecContent'],
    ['String', 'string'],
  ])('is asked for by its sum if the revision of type %s comes without it', async (revisionType, form) => {
    const whole = { revisionType, [form]: { sha256: 'aa', content: CONTENT } };
    const { client, sent } = scriptedClient(CodeDeployClient, { revision: whole });
    const found = await createCodeDeployments(client).withAppSpec(
      'shop/production',
      JSON.stringify({ revisionType, [form]: { sha256: 'aa' } }),
    );
    expect(JSON.parse(found)).toEqual(whole);
    expect(sent).toEqual([{ applicationName: 'shop', revision: { revisionType, [form]: { sha256: 'aa' } } }]);
  });

  it('is taken as it is where it is part of the revision', async () => {
    const { client, sent } = scriptedClient(CodeDeployClient);
    const revision = JSON.stringify({ revisionType: 'String', string: { content: CONTENT } });
    expect(await createCodeDeployments(client).withAppSpec('shop/production', revision)).toBe(revision);
    expect(sent).toEqual([]);
  });
});
