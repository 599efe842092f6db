import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCodeDeployments } from '../../functions/adapters/code-deploy/code-deployments.ts';
import type { CodeDeployments } from '../../functions/ports/code-deployments.ts';
import { NotFound } from '../../functions/ports/errors.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { type Moto, startMoto } from '../../local/moto/server.ts';
import { requirement } from '../factories/requirements.ts';
import { recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';

const GROUP = 'shop/production';
const NAMES = { applicationName: 'shop', deploymentGroupName: 'production' };
const s3Location = (key: string) => ({ bucket: 'releases', key, bundleType: 'zip' as const });
const HOUR_MS = 3_600_000;

/** moto ends no deployment, stops none, and lets any number be in progress. */
describe.skipIf(!requirement('python'))('deployments of CodeDeploy, on moto,', () => {
  let moto: Moto;
  let recorded: ReturnType<typeof recordClient<CodeDeployClient>>;
  let deployments: CodeDeployments;
  const theirs: string[] = [];
  beforeAll(async () => {
    moto = await startMoto();
    const client = new CodeDeployClient({ ...localEndpoint(moto.endpoint, moto.region), maxAttempts: 1 });
    recorded = recordClient(client, await serviceModel('codedeploy', '2014-10-06'));
    deployments = createCodeDeployments(recorded.client);
    await client.send(new CreateApplicationCommand({ applicationName: 'shop', computePlatform: 'Server' }));
    await client.send(
      new CreateDeploymentGroupCommand({ ...NAMES, serviceRoleArn: 'arn:aws:iam::123456789012:role/deploy' }),
    );
    for (const key of ['shop-1.zip', 'shop-2.zip']) {
      const revision = { revisionType: 'S3' as const, s3Location: s3Location(key) };
      const { deploymentId = '' } = await client.send(new CreateDeploymentCommand({ ...NAMES, revision }));
      theirs.push(deploymentId);
    }
  });
  afterAll(async () => await moto?.stop());

  it('are listed newest first, though moto lists them oldest first', async () => {
    const found = await deployments.since(GROUP, Date.now() - HOUR_MS);
    expect(found.map(({ id }) => id)).toEqual(theirs.toReversed());
    expect(found[0]).toMatchObject({ group: GROUP, creator: 'user', status: 'Created' });
    expect(await deployments.since(GROUP, Date.now() + HOUR_MS)).toEqual([]);
  });

  it('are created of an earlier revision, as it was read, and found by their description', async () => {
    const [, first] = await deployments.since(GROUP, 0);
    const { revision = '' } = first ?? {};
    expect(JSON.parse(revision)).toMatchObject({ s3Location: s3Location('shop-1.zip') });
    const id = await deployments.create(GROUP, {
      revision,
      description: 'Selfheal op/heal-0: forward again to d-1',
    });
    expect(await deployments.read(id)).toMatchObject({
      ...{ id, revision, group: GROUP },
      description: 'Selfheal op/heal-0: forward again to d-1',
    });
  });

  it('end in NotFound where there is no such group or deployment', async () => {
    await expect(deployments.read('d-000000000')).rejects.toThrow(NotFound);
    await expect(
      deployments.create('shop/other', { revision: '{"revisionType":"S3"}', description: '' }),
    ).rejects.toThrow(NotFound);
  });

  it('satisfy AWS’s model of the API in requests and answers', () => {
    expect(recorded.faults).toEqual({ requests: [], answers: [] });
  });
});
