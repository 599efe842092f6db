import type { Ended, Place } from './place.ts';

const FINAL_STATES = ['COMPLETED', 'FAILED'];

type Seen = Pick<Place, 'stateChanges' | 'store' | 'until' | 'hosts'>;

type Asked = Pick<Place, 'ended' | 'completed' | 'acting' | 'reasons' | 'requestsOf' | 'effectsOf'>;

const MOST_REFUSALS = 100;

/** What scenarios ask about operations and refusals, the same wherever they run. */
export function operationsOf({ stateChanges, store, until, hosts }: Seen): Asked {
  const ended: Place['ended'] = async (component, nth = 1, seconds = 60): Promise<Ended> => {
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
  };
  return {
    ended,
    completed: async (component, nth) => {
      const { operation } = await ended(component, nth);
      if (operation.state !== 'COMPLETED')
        throw new Error(
          `${operation.operationId} is ${operation.state}: ${JSON.stringify(operation.failure)}`,
        );
      return operation;
    },
    reasons: async (component) =>
      (await store.listRefusals(component, MOST_REFUSALS)).map(({ reason }) => reason),
    requestsOf: (component) => hosts.requests.filter((run) => run.component === component),
    effectsOf: (component) => hosts.effects.filter((run) => run.component === component),
    acting: (component, stepId) =>
      until(`${stepId} of ${component} on its host`, 40, () => {
        const found = hosts.effects.findLast((run) => run.component === component && run.stepId === stepId);
        return found?.operationId;
      }),
  };
}
