import type { AppConfigClient } from '@aws-sdk/client-appconfig';
import { expect } from 'vitest';
import { createConfigDeployments } from '../../../functions/adapters/app-config/config-deployments.ts';
import { NotFound, ServiceUnavailable } from '../../../functions/ports/errors.ts';
import { createConfigEnvironments } from '../../../local/embedded/app-config/config-environments.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

/** Deployments of AppConfig, which are reverted. */
export const APP_CONFIG: Api = {
  service: 'appconfig',
  apiVersion: '2019-10-09',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const environments = createConfigEnvironments({ clock, publish: () => undefined });
    environments.create('abc1234/def5678');
    environments.deploy('abc1234/def5678', 'flags01', '1', NOON);
    const recorded = recordClient(
      createInProcessClient<AppConfigClient>('AppConfig', environments.operations),
      model,
    );
    const deployments = createConfigDeployments(recorded.client);
    const place = { application: 'abc1234', environment: 'def5678', profile: 'flags01' };
    const request = { version: '2', strategy: 'abcdefg', description: 'Selfheal op/heal-0' };
    const number = await deployments.start(place, { ...request, latestNumber: 1 });
    await expect(deployments.start(place, { ...request, latestNumber: 1 })).rejects.toThrow(
      ServiceUnavailable,
    );
    expect(await deployments.list(place)).toMatchObject([
      { number, profile: 'flags01', version: '2', state: 'DEPLOYING', percent: 50 },
      { number: 1, state: 'COMPLETE', completedAtMs: NOON },
    ]);
    await clock.advance(3_600_000);
    expect(await deployments.read(place, number)).toMatchObject({
      ...{ state: 'COMPLETE', description: 'Selfheal op/heal-0', strategy: 'abcdefg' },
      lastEvent: 'Deployment started',
    });
    await deployments.withdraw(place, number);
    expect(await deployments.read(place, number)).toMatchObject({ state: 'REVERTED' });
    await expect(deployments.read(place, 9)).rejects.toThrow(NotFound);
    return recorded;
  },
};
