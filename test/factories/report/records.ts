import type { Observation } from '../../../functions/core/admission/observation.ts';
import type { RefusalReason, RefusalRecord } from '../../../functions/core/admission/refusal.ts';
import type { Operation, OperationResult } from '../../../functions/core/operation/operation.ts';
import type { PeriodRecords } from '../../../functions/core/report/period-records.ts';
import { alertOf, NOON } from '../operations/admissions.ts';

/** Seconds after NOON at which something happened. */
export interface Ran {
  readonly component: string;
  readonly raised: number;
  /** @default a second later */
  readonly started?: number;
  /** @default it runs */
  readonly ended?: number;
  /** @default SUCCESS */
  readonly result?: OperationResult;
  readonly strategyId?: string;
  readonly cause?: string;
  readonly severity?: 'WARNING' | 'CRITICAL';
}

export const momentAt = (seconds: number) => NOON + seconds * 1_000;

export function ranOperation(ran: Ran): Operation {
  const { component, raised, started = raised + 1, ended, result = 'SUCCESS' } = ran;
  const { strategyId = 'restart', cause = 'memory exhaustion', severity = 'CRITICAL' } = ran;
  const isGood = result === 'SUCCESS' || result === 'CONTAINED';
  return {
    operationId: `${component}-${raised}-${started}`,
    component,
    strategyId,
    planId: 'plan',
    state: ended === undefined ? 'HEALING' : isGood ? 'COMPLETED' : 'FAILED',
    alert: alertOf(component, {
      signalId: `${component}-${raised}`,
      occurredAtMs: momentAt(raised),
      severity,
    }),
    fence: 1,
    attempt: 1,
    startedAtMs: momentAt(started),
    deadlineMs: momentAt(started + 300),
    diagnosis: { rootCause: cause, confidence: 0.8, suggestedFix: 'restart it' },
    ...(ended !== undefined && { result, completedAtMs: momentAt(ended) }),
  };
}

/** @param recovered seconds after NOON @default it did not recover */
export function observed(ran: Ran & { readonly recovered?: number }): Observation {
  const operation = ranOperation(ran);
  const untilMs = operation.deadlineMs;
  return ran.recovered === undefined
    ? { operation, untilMs }
    : { operation, untilMs, recoveredAtMs: momentAt(ran.recovered) };
}

export function refused(
  component: string,
  reason: RefusalReason,
  raised: number,
  at = raised,
): RefusalRecord {
  const [occurredAtMs, refusedAtMs] = [momentAt(raised), momentAt(at)];
  return { signalId: `${component}-${raised}`, component, reason, detail: '', occurredAtMs, refusedAtMs };
}

/** A period of some hours from NOON on. */
export function recordsOf(records: Partial<PeriodRecords>, hours = 4): PeriodRecords {
  const none = { operations: [], observations: [], refusals: [], steps: [], components: [], unhealthy: [] };
  return { sinceMs: NOON, untilMs: momentAt(hours * 3_600), isCut: false, ...none, ...records };
}
