import type { Ended, Place } from './place.ts';

const FINAL_STATES = ['COMPLETED', 'FAILED'];

type Seen = Pick<Place, 'stateChanges' | 'store' | 'until' | 'hosts'>;

/** Ways to wait for operations, the same wherever they run. */
export function operationsOf({ stateChanges, store, until, hosts }: Seen): Pick<Place, 'ended' | 'acting'> {
  return {
    ended: async (component, nth = 1, seconds = 60): Promise<Ended> => {
      const last = await until(`end of operation ${nth} of ${component}`, seconds, () => {
        const own = stateChanges().filter((change) => change.component === component);
        return own.filter(({ state }) => FINAL_STATES.includes(state))[nth - 1];
      });
      const operation = await store.getOperation(last.operationId);
      if (!operation) throw new Error(`operation ${last.operationId} is not on record`);
      const states = stateChanges()
        .filter(({ operationId }) => operationId === last.operationId)
        .sort((a, b) => a.at.localeCompare(b.at))
        .map(({ state }) => state);
      return { operation, steps: await store.listSteps(last.operationId), states };
    },
    acting: (component, stepId) =>
      until(`${stepId} of ${component} on its host`, 40, () => {
        const found = hosts.effects.findLast((run) => run.component === component && run.stepId === stepId);
        return found?.operationId;
      }),
  };
}
