import {
  AppConfigClient,
  CreateApplicationCommand,
  CreateConfigurationProfileCommand,
  CreateDeploymentStrategyCommand,
  CreateEnvironmentCommand,
  CreateHostedConfigurationVersionCommand,
} from '@aws-sdk/client-appconfig';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfigDeployments } from '../../functions/adapters/app-config/config-deployments.ts';
import type { ConfigPlace } from '../../functions/core/target/config-deployment.ts';
import type { ConfigDeployments } from '../../functions/ports/config-deployments.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../functions/ports/errors.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { createConfigEnvironments } from '../../local/embedded/app-config/config-environments.ts';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createInProcessClient } from '../../local/embedded/in-process-client.ts';
import { startMiniStack } from '../../local/ministack/server.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { type RecordedClient, recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';

/** A place with a configuration of two versions, of which none has been deployed. */
interface Place extends ConfigPlace {
  readonly client: AppConfigClient;
  /** Ids of strategies. One bakes for ten minutes at least. */
  readonly baking: string;
  /** Complete at once, or when some time has passed. */
  readonly atOnce: string;
  /** Lets some time pass, in which deployments go on. */
  readonly pass: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const EMBEDDED = {
  name: 'the embedded cloud',
  isAvailable: true,
  // The rows are those of local/ministack/DIFFERENCES.md.
  listsProfiles: true, // AC-1
  listsNewestFirst: true, // AC-2
  takesTime: true, // AC-3
  open: async (): Promise<Place> => {
    const clock = createVirtualClock(NOON);
    const environments = createConfigEnvironments({ clock, publish: () => undefined });
    environments.create('abc1234/def5678');
    return {
      client: createInProcessClient<AppConfigClient>('AppConfig', environments.operations),
      ...{ application: 'abc1234', environment: 'def5678', profile: 'flags01' },
      ...{ baking: 'AppConfig.AllAtOnce', atOnce: 'atonce1' },
      pass: async () => await clock.advance(60_000),
      close: async () => undefined,
    };
  },
};

const MINISTACK = {
  name: 'MiniStack',
  isAvailable: requirement('python'),
  listsProfiles: false,
  listsNewestFirst: false,
  takesTime: false,
  open: async (): Promise<Place> => {
    const cloud = await startMiniStack();
    const client = new AppConfigClient({ ...localEndpoint(cloud.endpoint, cloud.region), maxAttempts: 1 });
    const { Id: application = '' } = await client.send(new CreateApplicationCommand({ Name: 'shop' }));
    const ApplicationId = application;
    const { Id: environment = '' } = await client.send(
      new CreateEnvironmentCommand({ ApplicationId, Name: 'production' }),
    );
    const { Id: profile = '' } = await client.send(
      new CreateConfigurationProfileCommand({ ApplicationId, Name: 'flags', LocationUri: 'hosted' }),
    );
    for (const content of ['{"a":1}', '{"a":2}'])
      await client.send(
        new CreateHostedConfigurationVersionCommand({
          ...{ ApplicationId, ConfigurationProfileId: profile, ContentType: 'application/json' },
          Content: new TextEncoder().encode(content),
        }),
      );
    const { Id: atOnce = '' } = await client.send(
      new CreateDeploymentStrategyCommand({
        ...{ Name: 'at-once', DeploymentDurationInMinutes: 0, GrowthFactor: 100 },
        ...{ FinalBakeTimeInMinutes: 0, ReplicateTo: 'NONE' },
      }),
    );
    return {
      client,
      ...{ application, environment, profile },
      // Predefined: it deploys at once, and bakes for ten minutes.
      ...{ baking: 'AppConfig.AllAtOnce', atOnce },
      pass: async () => undefined,
      close: async () => await cloud.stop(),
    };
  },
};

describe.each([EMBEDDED, MINISTACK])('deployments of AppConfig on $name', (there) => {
  describe.skipIf(!there.isAvailable)('', () => {
    let place: Place;
    let recorded: RecordedClient<AppConfigClient>;
    let deployments: ConfigDeployments;
    const start = (version: string, latestNumber: number, strategy = place.baking) =>
      deployments.start(place, {
        version,
        strategy,
        latestNumber,
        description: `Selfheal op/heal-${version}`,
      });
    const stateOf = async (number: number) => (await deployments.read(place, number)).state;
    const becomes = async (number: number, state: string) => {
      while ((await stateOf(number)) !== state) await place.pass();
    };
    beforeAll(async () => {
      place = await there.open();
      recorded = recordClient(place.client, await serviceModel('appconfig', '2019-10-09'));
      deployments = createConfigDeployments(recorded.client);
    });
    afterAll(async () => await place?.close());

    it('are begun of a version, and described as they were requested', async () => {
      expect(await deployments.list(place)).toEqual([]);
      expect(await start('1', 0)).toBe(1);
      expect(await deployments.read(place, 1)).toMatchObject({
        ...{ number: 1, profile: place.profile, version: '1', description: 'Selfheal op/heal-1' },
        ...{ state: expect.stringMatching(/^(DEPLOYING|BAKING)$/), strategy: place.baking },
      });
    });

    it('are refused while another is in progress', async () => {
      await expect(start('2', 1)).rejects.toThrow(ServiceUnavailable);
    });

    it('are withdrawn while they are in progress, once', async () => {
      await deployments.withdraw(place, 1);
      expect(await stateOf(1)).toBe(there.takesTime ? 'ROLLING_BACK' : 'ROLLED_BACK');
      await becomes(1, 'ROLLED_BACK');
      expect((await deployments.read(place, 1)).withdrawal).toMatchObject({ by: 'USER' });
      await expect(deployments.withdraw(place, 1)).rejects.toThrow(RequestRefused);
    });

    it('are refused where another is the last one', async () => {
      await expect(start('2', 0)).rejects.toThrow(ServiceUnavailable);
    });

    it('are reverted when they are complete, once', async () => {
      expect(await start('2', 1, place.atOnce)).toBe(2);
      await becomes(2, 'COMPLETE');
      expect(await deployments.read(place, 2)).toMatchObject({
        ...{ completedAtMs: expect.any(Number), percent: 100 },
      });
      await deployments.withdraw(place, 2);
      expect(await deployments.read(place, 2)).toMatchObject({
        ...{ state: 'REVERTED', withdrawal: { by: 'USER' } },
      });
      await expect(deployments.withdraw(place, 2)).rejects.toThrow(RequestRefused);
    });

    it('are listed with their versions and states', async () => {
      const listed = await deployments.list(place);
      const expected = [
        { number: 2, version: '2', state: 'REVERTED' },
        { number: 1, version: '1', state: 'ROLLED_BACK' },
      ].map((one) => (there.listsProfiles ? { ...one, profile: place.profile } : one));
      expect(listed).toMatchObject(there.listsNewestFirst ? expected : expected.toReversed());
    });

    it('end in NotFound where there are none', async () => {
      await expect(deployments.read(place, 99)).rejects.toThrow(NotFound);
      await expect(deployments.withdraw(place, 99)).rejects.toThrow(NotFound);
      const elsewhere = { ...place, environment: 'zzz9999' };
      await expect(
        deployments.start(elsewhere, {
          version: '1',
          strategy: place.baking,
          latestNumber: 0,
          description: '',
        }),
      ).rejects.toThrow(NotFound);
    });

    it('satisfy AWS’s model of the API in requests and answers', () => {
      expect([...recorded.operations].sort()).toEqual([
        'GetDeployment',
        'ListDeployments',
        'StartDeployment',
        'StopDeployment',
      ]);
      expect(recorded.faults).toEqual({ requests: [], answers: [] });
    });
  });
});
