import { RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

/** Targets of a component. */
export const INSTANCE = { dbInstance: 'orders' };
export const CLUSTER = { dbCluster: 'shop' };

/** A failover as a strategy's action, and the action that undoes it. */
export const FAILOVER = { type: 'failover', timeoutSeconds: 600 };
export const BACK = { type: 'failover', params: { phase: 'undo' }, timeoutSeconds: 600 };

/** An operation on a Multi-AZ instance in us-east-1a, or on a cluster of three whose writer is shop-1. */
export async function database(targets: object, actions: readonly object[], rollback: object = {}) {
  const world = createWorld(resourceConfiguration(targets, { actions, rollback }));
  const fleet = world.databaseFleet;
  fleet.createInstance('orders', { zone: 'us-east-1a', standbyZone: 'us-east-1b' });
  fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3']);
  const running = await runningOperation(world);
  return { ...running, world, fleet, undoSteps: (afterMs = 1_800_000) => running.undoSteps(afterMs) };
}

type Run = Awaited<ReturnType<typeof database>>;

/** Loses the answer to the first call of a method, or has it fail before it is made. */
export function failOnce(run: Run, method: 'reboot' | 'failOver', isMade: boolean): void {
  const { databases } = run.world;
  let isFirst = true;
  const failing = async (...asked: readonly unknown[]) => {
    const call = databases[method] as (...asked: readonly unknown[]) => Promise<void>;
    const fails = isFirst;
    isFirst = false;
    if (!fails || isMade) await call(...asked);
    if (fails) throw new ServiceUnavailable('its answer was lost');
  };
  Object.assign(run.world, { databases: { ...databases, [method]: failing } });
}

/** Has the SDK send a request again: only the second answer is seen. */
export function sendTwice(run: Run, method: 'reboot' | 'failOver'): void {
  const { databases } = run.world;
  const call = databases[method] as (...asked: readonly unknown[]) => Promise<void>;
  const twice = async (...asked: readonly unknown[]) => {
    await call(...asked);
    await call(...asked).catch((error: Error) => {
      throw new RequestRefused(error.message, { attempts: 2 });
    });
  };
  Object.assign(run.world, { databases: { ...databases, [method]: twice } });
}

/**
 * Has RDS become busy with a database for other reasons, just before it refuses a request.
 *
 * @param times how many requests it refuses. @default all
 */
export function refuseWhileBusy(
  run: Run,
  method: 'reboot' | 'failOver',
  id: string,
  refusal: Error,
  status = 'modifying',
  times = Number.POSITIVE_INFINITY,
): void {
  const call = run.world.databases[method] as (...asked: readonly unknown[]) => Promise<void>;
  let refused = 0;
  const refusing = async (...asked: readonly unknown[]) => {
    refused += 1;
    if (refused > times) return await call(...asked);
    run.fleet.setStatus(id, status);
    throw refusal;
  };
  Object.assign(run.world, { databases: { ...run.world.databases, [method]: refusing } });
}
