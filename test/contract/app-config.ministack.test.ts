import {
  AppConfigClient,
  CreateApplicationCommand,
  CreateConfigurationProfileCommand,
  CreateEnvironmentCommand,
  CreateHostedConfigurationVersionCommand,
} from '@aws-sdk/client-appconfig';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfigDeployments } from '../../functions/adapters/app-config/config-deployments.ts';
import type { ConfigPlace } from '../../functions/core/target/config-deployment.ts';
import type { ConfigDeployments } from '../../functions/ports/config-deployments.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../functions/ports/errors.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack/server.ts';
import { requirement } from '../factories/requirements.ts';

/** Predefined: it deploys at once, and bakes for ten minutes. */
const strategy = 'AppConfig.AllAtOnce';

describe.skipIf(!requirement('python'))('deployments of AppConfig, on MiniStack,', () => {
  let cloud: MiniStack;
  let place: ConfigPlace;
  let deployments: ConfigDeployments;
  const start = (version: string, latestNumber: number) =>
    deployments.start(place, { version, strategy, latestNumber, description: `Selfheal op/heal-${version}` });
  beforeAll(async () => {
    cloud = await startMiniStack();
    const client = new AppConfigClient({ ...localEndpoint(cloud.endpoint, cloud.region), maxAttempts: 1 });
    deployments = createConfigDeployments(client);
    const { Id: application = '' } = await client.send(new CreateApplicationCommand({ Name: 'shop' }));
    const ApplicationId = application;
    const { Id: environment = '' } = await client.send(
      new CreateEnvironmentCommand({ ApplicationId, Name: 'production' }),
    );
    const { Id: profile = '' } = await client.send(
      new CreateConfigurationProfileCommand({ ApplicationId, Name: 'flags', LocationUri: 'hosted' }),
    );
    place = { application, environment, profile };
    for (const content of ['{"a":1}', '{"a":2}'])
      await client.send(
        new CreateHostedConfigurationVersionCommand({
          ...{ ApplicationId, ConfigurationProfileId: profile, ContentType: 'application/json' },
          Content: new TextEncoder().encode(content),
        }),
      );
  });
  afterAll(async () => await cloud?.stop());

  it('are begun of a version, withdrawn while they bake, and refused meanwhile and where another is the last', async () => {
    const number = await start('1', 0);
    expect(await deployments.read(place, number)).toMatchObject({
      ...{ number, profile: place.profile, version: '1', description: 'Selfheal op/heal-1' },
      strategy: expect.any(String),
    });
    await expect(start('2', number)).rejects.toThrow(ServiceUnavailable);
    await deployments.withdraw(place, number);
    expect(await deployments.read(place, number)).toMatchObject({ state: 'ROLLED_BACK' });
    await expect(deployments.withdraw(place, number)).rejects.toThrow(RequestRefused);
    await expect(start('2', 0)).rejects.toThrow(ServiceUnavailable);
    expect(await start('2', number)).toBe(number + 1);
    // MiniStack leaves the profiles' ids out of the list, and lists the oldest first.
    expect((await deployments.list(place)).map((one) => one.number).sort()).toEqual([number, number + 1]);
  });

  it('end in NotFound where there is no such deployment', async () => {
    await expect(deployments.read(place, 99)).rejects.toThrow(NotFound);
  });
});
