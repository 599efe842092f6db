import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCodeDeployments } from '../../functions/adapters/code-deploy/code-deployments.ts';
import type { CodeDeployments } from '../../functions/ports/code-deployments.ts';
import { NotFound, ServiceUnavailable } from '../../functions/ports/errors.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createDeploymentGroups } from '../../local/embedded/code-deploy/deployment-groups.ts';
import { createInProcessClient } from '../../local/embedded/in-process-client.ts';
import { createIds, createSeededRandom } from '../../local/embedded/random/seeded-random.ts';
import { startMoto } from '../../local/moto/server.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { type RecordedClient, recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';

const GROUP = 'shop/production';
const NAMES = { applicationName: 'shop', deploymentGroupName: 'production' };
const HOUR_MS = 3_600_000;
const s3Location = (key: string) => ({ bucket: 'releases', key, bundleType: 'zip' as const });
const revisionOf = (key: string) => ({ revisionType: 'S3' as const, s3Location: s3Location(key) });

/** A place with a deployment group, to which `shop-1.zip` was deployed, and then `shop-2.zip`. */
interface Place {
  readonly client: CodeDeployClient;
  /** Ids of its deployments, oldest first. */
  readonly deployed: readonly string[];
  readonly nowMs: () => number;
  /** Lets some time pass, in which deployments go on. */
  readonly pass: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const EMBEDDED = {
  name: 'the embedded cloud',
  isAvailable: true,
  // The rows are those of local/moto/DIFFERENCES.md.
  ends: true, // CD-1
  canStop: true, // CD-2
  deploysOneAtATime: true, // CD-3
  open: async (): Promise<Place> => {
    const clock = createVirtualClock(NOON);
    const newId = createIds(createSeededRandom(1));
    const groups = createDeploymentGroups({ clock, newId, publish: () => undefined });
    groups.create(GROUP);
    const deployed: string[] = [];
    for (const key of ['shop-1.zip', 'shop-2.zip']) {
      deployed.push(groups.deploy(GROUP, revisionOf(key), true));
      await clock.advance(60_000);
    }
    return {
      client: createInProcessClient<CodeDeployClient>('CodeDeploy', groups.operations),
      deployed,
      nowMs: () => clock.nowMs(),
      pass: async () => await clock.advance(10_000),
      close: async () => undefined,
    };
  },
};

const MOTO = {
  name: 'moto',
  isAvailable: requirement('python'),
  ends: false,
  canStop: false,
  deploysOneAtATime: false,
  open: async (): Promise<Place> => {
    const moto = await startMoto();
    const client = new CodeDeployClient({ ...localEndpoint(moto.endpoint, moto.region), maxAttempts: 1 });
    await client.send(new CreateApplicationCommand({ applicationName: 'shop', computePlatform: 'Server' }));
    await client.send(
      new CreateDeploymentGroupCommand({ ...NAMES, serviceRoleArn: 'arn:aws:iam::123456789012:role/deploy' }),
    );
    const deployed: string[] = [];
    for (const key of ['shop-1.zip', 'shop-2.zip']) {
      const revision = revisionOf(key);
      const { deploymentId = '' } = await client.send(new CreateDeploymentCommand({ ...NAMES, revision }));
      deployed.push(deploymentId);
    }
    return {
      client,
      deployed,
      nowMs: () => Date.now(),
      pass: async () => undefined,
      close: async () => await moto.stop(),
    };
  },
};

describe.each([EMBEDDED, MOTO])('deployments of CodeDeploy on $name', (there) => {
  describe.skipIf(!there.isAvailable)('', () => {
    let place: Place;
    let recorded: RecordedClient<CodeDeployClient>;
    let deployments: CodeDeployments;
    let created: string;
    const becomes = async (id: string, status: string) => {
      while ((await deployments.read(id)).status !== status) await place.pass();
    };
    beforeAll(async () => {
      place = await there.open();
      recorded = recordClient(place.client, await serviceModel('codedeploy', '2014-10-06'));
      deployments = createCodeDeployments(recorded.client);
    });
    afterAll(async () => await place?.close());

    it('are listed newest first, those alone that were created since', async () => {
      const found = await deployments.since(GROUP, place.nowMs() - HOUR_MS);
      expect(found.map(({ id }) => id)).toEqual(place.deployed.toReversed());
      expect(found[0]).toMatchObject({
        ...{ group: GROUP, creator: 'user', status: there.ends ? 'Succeeded' : 'Created' },
      });
      expect(await deployments.since(GROUP, place.nowMs() + HOUR_MS)).toEqual([]);
    });

    it('are created of an earlier revision, as it was read, and found by their description', async () => {
      const [, first] = await deployments.since(GROUP, 0);
      const { revision = '' } = first ?? {};
      expect(JSON.parse(revision)).toMatchObject({ s3Location: s3Location('shop-1.zip') });
      const description = 'Selfheal op/heal-0: forward again to d-1';
      created = await deployments.create(GROUP, { revision, description });
      expect(await deployments.read(created)).toMatchObject({
        ...{ id: created, revision, group: GROUP, description },
      });
    });

    it.runIf(there.deploysOneAtATime)('are refused while another one is in progress', async () => {
      const { revision } = await deployments.read(created);
      await expect(deployments.create(GROUP, { revision, description: 'one more' })).rejects.toThrow(
        ServiceUnavailable,
      );
    });

    it.runIf(there.canStop)(
      'are stopped, whereupon CodeDeploy goes back by a deployment of its own',
      async () => {
        expect(await deployments.stop(created, true)).toBe(true);
        await becomes(created, 'Stopped');
        const [back, stopped] = await deployments.since(GROUP, 0);
        expect(stopped).toMatchObject({ id: created, rolledBackBy: back?.id });
        expect(back).toMatchObject({ creator: 'codeDeployRollback', rollsBack: created });
        expect(JSON.parse(back?.revision ?? '')).toMatchObject({ s3Location: s3Location('shop-2.zip') });
        await becomes(back?.id ?? '', 'Succeeded');
      },
    );

    it.runIf(there.canStop)('are left as they are once they are over', async () => {
      expect(await deployments.stop(created, false)).toBe(false);
      expect(await deployments.read(created)).toMatchObject({ status: 'Stopped' });
    });

    it('end in NotFound where there is no such group or deployment', async () => {
      await expect(deployments.read('d-000000000')).rejects.toThrow(NotFound);
      await expect(
        deployments.create('shop/other', { revision: '{"revisionType":"S3"}', description: '' }),
      ).rejects.toThrow(NotFound);
    });

    it('satisfy AWS’s model of the API in requests and answers', () => {
      expect(recorded.operations.size).toBeGreaterThan(3);
      expect(recorded.faults).toEqual({ requests: [], answers: [] });
    });
  });
});
