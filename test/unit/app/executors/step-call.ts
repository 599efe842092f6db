import type { ChangeRecords, StepCall } from '../../../../functions/app/executors/action-call.ts';
import type { RecordedChange } from '../../../../functions/core/operation/recorded-change.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

export const OPERATION_ID = '20261122T132900Z-0123456789ab';

interface Given extends Partial<Omit<StepCall, 'changes' | 'targets'>> {
  readonly targets?: readonly string[];
  readonly component?: object;
  readonly operation?: object;
  readonly changes?: Partial<ChangeRecords>;
}

/** A call of an operation's first step on hosts, of which a test says what matters, and what it records. */
export function stepCall({ targets = [], component = {}, operation = {}, changes, ...more }: Given = {}) {
  const kept: RecordedChange[] = [];
  const keep = async (change: RecordedChange) => {
    kept.push(change);
    return change;
  };
  const subject = {
    operation: {
      operationId: OPERATION_ID,
      component: 'web',
      startedAtMs: NOON - 60_000,
      alert: {},
      ...operation,
    },
    component,
    fence: 7,
  } as unknown as StepCall['subject'];
  const call: StepCall = {
    ...{ subject, stepId: 'heal-0', params: {}, timeoutSeconds: 60, ...more },
    targets: targets.map((id) => ({ kind: 'host', id })),
    changes: { keep, sinceMs: NOON, ...changes },
  };
  return { call, kept };
}
