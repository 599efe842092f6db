import type { FleetRecord } from '../../../functions/core/admission/records.ts';
import type { StepRecord } from '../../../functions/core/operation/operation.ts';
import { type Defect, type DefectHooks, type DefectRow, inStore } from './defect.ts';
import { isCall } from './is-call.ts';

const inCalls = (row: DefectRow, create: () => NonNullable<DefectHooks['call']>): Defect => ({
  ...row,
  create: () => ({ call: create() }),
});

/** Mistakes with hosts behind load balancers, and with hosts that are cut off for a while. */
export const FARM_DEFECTS: readonly Defect[] = [
  inStore(
    { name: 'takes hosts out of service however few are left', breaks: ['25'], caughtWith: 178 },
    (store) => ({
      getPlan: async (planId) => {
        const plan = await store.getPlan(planId);
        return plan && { ...plan, component: { ...plan.component, minHealthyTargets: 0 } };
      },
    }),
  ),
  inCalls(
    { name: 'forgets which hosts it has drained', breaks: ['25'], caughtWith: 167 },
    () => async (call, proceed) => {
      const answer = await proceed();
      if (!isCall(call, 'act', 'store', 'listSteps')) return answer;
      return (answer as readonly StepRecord[]).map(({ change, ...step }) =>
        step.action === 'drain_target' || change === undefined ? step : { ...step, change },
      );
    },
  ),
  inCalls(
    { name: 'keeps no time limit of isolations', breaks: ['26'], caughtWith: 3 },
    () => async (call, proceed) =>
      isCall(call, 'conclude', 'store', 'setTimeLimit') ? undefined : await proceed(),
  ),
  inCalls(
    { name: 'lifts isolations as soon as they are made', breaks: ['26'], caughtWith: 18 },
    () => async (call, proceed) => {
      const answer = await proceed();
      if (!isCall(call, 'reconcile', 'store', 'readFleet')) return answer;
      const fleet = answer as FleetRecord;
      const limits = Object.entries(fleet.timeLimits ?? {});
      const timeLimits = Object.fromEntries(limits.map(([id, limit]) => [id, { ...limit, dueAtMs: 0 }]));
      return { ...fleet, timeLimits };
    },
  ),
];
