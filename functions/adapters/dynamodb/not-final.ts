import { FINAL_STATES } from '../../core/operation/operation.ts';

const FINAL = FINAL_STATES.map((state) => [`:${state.toLowerCase()}`, state] as const);

/** Condition for any change to an operation that has not ended. */
export const NOT_FINAL = {
  ConditionExpression: `attribute_exists(pk) AND NOT #state IN (${FINAL.map(([name]) => name).join(', ')})`,
  values: Object.fromEntries(FINAL),
};
