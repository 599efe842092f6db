import { CreateAliasCommand, LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFunctionVersions } from '../../functions/adapters/lambda/function-versions.ts';
import { createLambdaAliases } from '../../functions/adapters/lambda/lambda-aliases.ts';
import { changedSettings } from '../../functions/core/target/function-settings.ts';
import { NotFound, OverwriteRefused } from '../../functions/ports/errors.ts';
import {
  type FunctionVersion,
  type FunctionVersions,
  LATEST,
} from '../../functions/ports/function-versions.ts';
import type { LambdaAliases } from '../../functions/ports/lambda-aliases.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { createInProcessClient } from '../../local/embedded/in-process-client.ts';
import { createVersionedFunctions } from '../../local/embedded/lambda/versioned-functions.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack/server.ts';
import { createVersions } from '../factories/deployed-engine/versioned-function.ts';
import { requirement } from '../factories/requirements.ts';
import { type RecordedClient, recordClient } from './aws-model/recorded-client.ts';
import { type ServiceModel, serviceModel } from './aws-model/service-model.ts';

const NAME = { functionName: 'orders', alias: 'live' };

/** A place with the function `orders`, its versions 1 to 3, and the alias `live` on version 2. */
interface Place {
  readonly client: LambdaClient;
  readonly close: () => Promise<void>;
}

const EMBEDDED = {
  name: 'the embedded cloud',
  isAvailable: true,
  answersByModel: true,
  open: async (): Promise<Place> => {
    let ids = 0;
    const functions = createVersionedFunctions({ newId: () => `revision-${ids++}`, random: () => 0.5 });
    for (let version = 0; version < 3; version += 1) functions.publish('orders', () => undefined);
    functions.createAlias('orders', 'live', '2');
    return {
      client: createInProcessClient<LambdaClient>('Lambda', functions.operations),
      close: async () => undefined,
    };
  },
};

const MINISTACK = {
  name: 'MiniStack',
  isAvailable: requirement('python'),
  // It answers some members with an empty text: LAMBDA-4 in local/ministack/DIFFERENCES.md.
  answersByModel: false,
  open: async (): Promise<Place> => {
    const cloud: MiniStack = await startMiniStack();
    const aws = localEndpoint(cloud.endpoint, cloud.region);
    await createVersions(aws, 'orders', ['one', 'two', 'three']);
    const client = new LambdaClient({ ...aws, maxAttempts: 1 });
    await client.send(new CreateAliasCommand({ FunctionName: 'orders', Name: 'live', FunctionVersion: '2' }));
    return { client, close: async () => await cloud.stop() };
  },
};

describe.each([EMBEDDED, MINISTACK])(
  'aliases of Lambda functions on $name',
  ({ isAvailable, answersByModel, open }) => {
    describe.skipIf(!isAvailable)('', () => {
      let place: Place;
      let recorded: RecordedClient<LambdaClient>;
      let aliases: LambdaAliases;
      let versions: FunctionVersions;
      const updated = async (): Promise<FunctionVersion> => {
        const found = await versions.read('orders', LATEST);
        return found.update === 'in progress' ? await updated() : found;
      };
      beforeAll(async () => {
        place = await open();
        const model: ServiceModel = await serviceModel('lambda', '2015-03-31');
        recorded = recordClient(place.client, model);
        aliases = createLambdaAliases(recorded.client);
        versions = createFunctionVersions(recorded.client);
      });
      afterAll(async () => await place?.close());

      it('are read with a revision, and pointed elsewhere while they have it', async () => {
        const { pointer, revision } = await aliases.read(NAME);
        expect(pointer).toEqual({ version: '2', weights: {} });
        await aliases.point(NAME, { version: '1', weights: {} }, revision);
        const now = await aliases.read(NAME);
        expect(now.pointer).toEqual({ version: '1', weights: {} });
        expect(now.revision).not.toBe(revision);
        await expect(aliases.point(NAME, { version: '2', weights: {} }, revision)).rejects.toThrow(
          OverwriteRefused,
        );
        expect((await aliases.read(NAME)).pointer.version).toBe('1');
      });

      it('lose their weights when they are pointed elsewhere', async () => {
        await place.client.send(
          new UpdateAliasCommand({
            ...{ FunctionName: 'orders', Name: 'live', FunctionVersion: '2' },
            RoutingConfig: { AdditionalVersionWeights: { 3: 0.25 } },
          }),
        );
        const { pointer, revision } = await aliases.read(NAME);
        expect(pointer).toEqual({ version: '2', weights: { 3: 0.25 } });
        await aliases.point(NAME, { version: '2', weights: {} }, revision);
        expect((await aliases.read(NAME)).pointer).toEqual({ version: '2', weights: {} });
      });

      it('have versions behind them, without the unpublished one', async () => {
        expect((await versions.published('orders')).map(({ version }) => version)).toEqual(['1', '2', '3']);
      });

      it('have a version that is active', async () => {
        expect(await aliases.state(NAME)).toMatchObject({ state: 'Active' });
      });

      it('reserves concurrency and releases it', async () => {
        expect(await aliases.reserved('orders')).toBeNull();
        await aliases.reserve('orders', 50);
        expect(await aliases.reserved('orders')).toBe(50);
        await aliases.reserve('orders', null);
        expect(await aliases.reserved('orders')).toBeNull();
      });

      it('have environments that are kept ready, and no longer', async () => {
        expect(await aliases.provisioned(NAME)).toEqual({ requested: null });
        await aliases.provision(NAME, 2);
        expect(await aliases.provisioned(NAME)).toMatchObject({ requested: 2 });
        await aliases.provision(NAME, null);
        expect(await aliases.provisioned(NAME)).toEqual({ requested: null });
      });

      it('have versions that differ in nothing but their code and settings', async () => {
        const published = await versions.published('orders');
        expect(published.map(({ version }) => version)).toEqual(['1', '2', '3']);
        const [one, , three] = published.map(({ settings }) => settings);
        expect(one?.rest).not.toBe(three?.rest);
        expect((await versions.read('orders', '3')).settings).toEqual(three);
        expect((await versions.read('orders', LATEST)).settings).toEqual(three);
      });

      it('get a version with other settings, published from the one that is not published', async () => {
        const { settings: before, revision } = await updated();
        const wanted = { ...before, memoryMiB: before.memoryMiB * 2, timeoutSeconds: 42, isTraced: true };
        await versions.configure('orders', changedSettings(before, wanted), revision);
        const { settings: after, revision: next } = await updated();
        expect(after).toEqual(wanted);
        const version = await versions.publish('orders', next);
        expect(version).toBe('4');
        expect((await versions.read('orders', version)).settings).toEqual(wanted);
        expect((await versions.published('orders')).at(-1)?.settings).toEqual(wanted);
        // Repeated after a lost answer.
        expect(await versions.publish('orders', (await updated()).revision)).toBe('4');
      });

      it('have settings that nobody overwrites who has not seen them', async () => {
        const { settings, revision } = await updated();
        await versions.configure('orders', { memoryMiB: settings.memoryMiB + 64 }, revision);
        await updated();
        await expect(versions.configure('orders', { memoryMiB: 128 }, revision)).rejects.toThrow(
          OverwriteRefused,
        );
      });

      it('end in NotFound where there are none', async () => {
        await expect(aliases.read({ functionName: 'orders', alias: 'old' })).rejects.toThrow(NotFound);
        await expect(versions.published('payments')).rejects.toThrow(NotFound);
      });

      it('satisfy AWS’s model of the API in requests and answers', () => {
        expect([...recorded.operations].sort()).toEqual([
          'DeleteFunctionConcurrency',
          'DeleteProvisionedConcurrencyConfig',
          'GetAlias',
          'GetFunctionConcurrency',
          'GetFunctionConfiguration',
          'GetProvisionedConcurrencyConfig',
          'ListVersionsByFunction',
          'PublishVersion',
          'PutFunctionConcurrency',
          'PutProvisionedConcurrencyConfig',
          'UpdateAlias',
          'UpdateFunctionConfiguration',
        ]);
        expect(recorded.faults.requests).toEqual([]);
        if (answersByModel) expect(recorded.faults.answers).toEqual([]);
      });
    });
  },
);
