import type { StepRecord } from '../../../functions/core/operation/operation.ts';
import type { AliasName, AliasPointer } from '../../../functions/core/target/lambda-alias.ts';
import type { Defect, DefectHooks, DefectRow } from './defect.ts';
import { isCall } from './is-call.ts';

const inCalls = (row: DefectRow, create: () => NonNullable<DefectHooks['call']>): Defect => ({
  ...row,
  create: () => ({ call: create() }),
});

/** Mistakes with what others may change at the same time, and with what has no idempotency token. */
export const ESTATE_DEFECTS: readonly Defect[] = [
  inCalls(
    { name: 'points an alias elsewhere whatever its revision', breaks: ['24'], caughtWith: 82 },
    () => async (call, proceed) => {
      if (isCall(call, 'act', 'aliases', 'point')) Object.assign(call.args, { 2: undefined });
      return await proceed();
    },
  ),
  inCalls(
    { name: 'remembers where an alias points instead of reading it', breaks: ['24'], caughtWith: 82 },
    () => {
      const remembered = new Map<string, AliasPointer>();
      return async (call, proceed) => {
        const answer = await proceed();
        const [name, pointer] = call.args as readonly [AliasName, AliasPointer];
        const key = JSON.stringify(name);
        if (isCall(call, 'act', 'aliases', 'point')) remembered.set(key, pointer);
        return isCall(call, 'act', 'aliases', 'read') && remembered.has(key)
          ? { ...(answer as object), pointer: remembered.get(key) }
          : answer;
      };
    },
  ),
  inCalls(
    { name: 'changes a setting before that is on record', breaks: ['24'], caughtWith: 4 },
    () => async (call, proceed) => {
      if (!isCall(call, 'act', 'store', 'recordChange')) return await proceed();
      return (call.args as readonly [unknown, StepRecord])[1].change;
    },
  ),
  inCalls(
    { name: 'begins again what an earlier try may have begun', breaks: ['2'], caughtWith: 17 },
    () => async (call, proceed) => {
      const answer = await proceed();
      if (isCall(call, 'act', 'store', 'recordChange'))
        return (call.args as readonly [unknown, StepRecord])[1].change;
      if (!isCall(call, 'act', 'store', 'listSteps')) return answer;
      return (answer as readonly StepRecord[]).map(({ change: _change, ...step }) => step);
    },
  ),
];
