import type { ECSClient } from '@aws-sdk/client-ecs';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { createInProcessClient } from '../../../../local/embedded/in-process-client.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const NAME = { cluster: 'prod', service: 'orders' };

/** An operation on a service that runs two tasks of revision 2 of its three. */
export async function orders(actions: readonly object[], rollback: object = {}) {
  const world = createWorld(resourceConfiguration({ ecsService: 'prod/orders' }, { actions, rollback }));
  const cluster = world.serviceCluster;
  const [, second = '', third = ''] = [1, 2, 3].map(() => cluster.register('orders'));
  cluster.create('prod', 'orders', second, 2);
  const running = await runningOperation(world);
  const update = async (input: object) =>
    await createInProcessClient<ECSClient>('ECS', cluster.operations).send(
      new UpdateServiceCommand({ ...NAME, ...input }),
    );
  return {
    ...running,
    ...{ world, third },
    service: () => world.services.read(NAME),
    someoneElse: {
      deploys: (taskDefinition: string) => update({ taskDefinition }),
      scales: (desiredCount: number) => update({ desiredCount }),
    },
    undoSteps: () => running.undoSteps(1_800_000),
  };
}

/** The revision that a service runs: its number. */
export const revision = async ({
  service,
}: {
  readonly service: () => Promise<{ readonly taskDefinition: string }>;
}) => (await service()).taskDefinition.split(':').at(-1);
