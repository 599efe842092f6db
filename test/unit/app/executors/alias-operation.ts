import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { createInProcessClient } from '../../../../local/embedded/in-process-client.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

export const ROLLBACK = { type: 'rollback_deployment', onError: 'rollback' };

export const RESERVE = { type: 'scale_resources', params: { to: 50 } };

export const FAILS = { type: 'rollback_deployment', params: { version: '99' }, onError: 'rollback' };

/** An operation on a function whose alias points to version 2 of three. */
export async function orders(actions: readonly object[], rollback: object = {}) {
  const world = createWorld(resourceConfiguration({ lambdaAlias: 'orders:live' }, { actions, rollback }));
  const functions = world.versionedFunctions;
  for (let version = 0; version < 3; version += 1) functions.publish('orders', () => undefined);
  functions.createAlias('orders', 'live', '2');
  const running = await runningOperation(world);
  return {
    ...running,
    world,
    version: async () =>
      (await world.aliases.read({ functionName: 'orders', alias: 'live' })).pointer.version,
    reserved: () => world.aliases.reserved('orders'),
    someoneElsePointsTo: async (FunctionVersion: string, AdditionalVersionWeights = {}) =>
      await createInProcessClient<LambdaClient>('Lambda', functions.operations).send(
        new UpdateAliasCommand({
          ...{ FunctionName: 'orders', Name: 'live', FunctionVersion },
          RoutingConfig: { AdditionalVersionWeights },
        }),
      ),
    undoSteps: () => running.undoSteps(600_000),
  };
}
