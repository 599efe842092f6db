import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { expect } from 'vitest';
import { createCodeDeployments } from '../../../functions/adapters/code-deploy/code-deployments.ts';
import { settingText } from '../../../functions/core/operation/recorded-change.ts';
import { NotFound, ServiceUnavailable } from '../../../functions/ports/errors.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { shiftRevision } from '../../../local/embedded/code-deploy/alias-shifting.ts';
import { createDeploymentGroups } from '../../../local/embedded/code-deploy/deployment-groups.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createIds, createSeededRandom } from '../../../local/embedded/random/seeded-random.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

/** Deployments of CodeDeploy, which are rolled back. */
export const CODE_DEPLOY: Api = {
  service: 'codedeploy',
  apiVersion: '2014-10-06',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const random = createSeededRandom(1);
    const groups = createDeploymentGroups({ clock, newId: createIds(random), publish: () => undefined });
    const group = 'shop/production';
    groups.create(group);
    const revision = (key: string) => ({
      revisionType: 'S3',
      s3Location: { bucket: 'releases', key, bundleType: 'zip', eTag: 'abc' },
    });
    const bad = revision('shop-2.zip');
    groups.behave(bad, { takesMs: 0, succeeds: false });
    groups.deploy(group, revision('shop-1.zip'), true);
    const recorded = recordClient(
      createInProcessClient<CodeDeployClient>('CodeDeploy', groups.operations),
      model,
    );
    const deployments = createCodeDeployments(recorded.client);
    const id = await deployments.create(group, { revision: settingText(bad), description: 'one' });
    await expect(
      deployments.create(group, { revision: settingText(bad), description: 'another' }),
    ).rejects.toThrow(ServiceUnavailable);
    await deployments.stop(id, true);
    await clock.advance(60_000);
    const [back, stopped] = await deployments.since(group, NOON - 1);
    expect(stopped).toMatchObject({ id, status: 'Stopped', description: 'one', rolledBackBy: back?.id });
    expect(back).toMatchObject({ creator: 'codeDeployRollback', rollsBack: id });
    // One that is over is left as it is.
    await deployments.stop(id, false);
    await clock.advance(60_000);
    const failing = await deployments.create(group, {
      ...{ revision: settingText(bad), description: 'two' },
      fileExistsBehavior: 'OVERWRITE',
    });
    await clock.advance(60_000);
    expect(await deployments.read(failing)).toMatchObject({
      ...{ status: 'Failed', fileExistsBehavior: 'OVERWRITE' },
      error: expect.stringMatching(/^HEALTH_CONSTRAINTS: /),
    });
    await expect(deployments.read('d-000000000')).rejects.toThrow(NotFound);
    const aliases = 'shop/aliases';
    groups.create(aliases, 'Lambda');
    const carried = shiftRevision('orders:live', '1', '2');
    const shifted = await deployments.read(groups.deploy(aliases, carried, true));
    expect(shifted).toMatchObject({ platform: 'Lambda', isBlueGreen: true });
    expect(shifted).not.toHaveProperty('fileExistsBehavior');
    // It is read without the content of its AppSpec.
    expect(JSON.parse(shifted.revision)).toEqual({
      revisionType: 'AppSpecContent',
      appSpecContent: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(JSON.parse(await deployments.withAppSpec(aliases, shifted.revision))).toEqual(carried);
    await expect(deployments.withAppSpec('other/group', shifted.revision)).rejects.toThrow(NotFound);
    // One in a bucket carries none.
    expect(await deployments.withAppSpec(group, settingText(bad))).toBe(settingText(bad));
    return recorded;
  },
};
