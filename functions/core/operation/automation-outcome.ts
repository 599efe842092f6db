import type { Inspection } from './inspection.ts';
import type { StepOutcome } from './operation.ts';

/** An execution of SSM Automation; statuses as the API gives them. */
export interface AutomationExecution {
  readonly document: string;
  readonly status: string;
  /** Why it failed, if it did. */
  readonly failureMessage?: string;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AutomationExecution.html */
const RUNNING = new Set([
  'Pending',
  'InProgress',
  'Waiting',
  'Cancelling',
  'PendingApproval',
  'Approved',
  'Scheduled',
  'RunbookInProgress',
  'PendingChangeCalendarOverride',
  'ChangeCalendarOverrideApproved',
]);

const OUTCOME_OF_STATUS: Readonly<Record<string, StepOutcome>> = {
  Success: 'SUCCEEDED',
  CompletedWithSuccess: 'SUCCEEDED',
  Failed: 'FAILED',
  CompletedWithFailure: 'FAILED',
  Rejected: 'FAILED',
  ChangeCalendarOverrideRejected: 'FAILED',
  TimedOut: 'TIMED_OUT',
  Cancelled: 'CANCELLED',
};

/** Whether an execution's status means that nothing more will happen. An unknown status counts as one. */
export function hasAutomationEnded(status: string): boolean {
  return !RUNNING.has(status);
}

/** An execution, as any action is seen: it has one outcome for all targets. */
export function automationInspection({ document, status, failureMessage }: AutomationExecution): Inspection {
  return {
    ...(hasAutomationEnded(status) && { outcome: OUTCOME_OF_STATUS[status] ?? 'UNKNOWN' }),
    detail: `${document} ${hasAutomationEnded(status) ? 'ended as' : 'is'} ${status}${failureMessage === undefined ? '' : `: ${failureMessage}`}`,
    isWhole: true,
    targets: [],
    targetCount: 0,
  };
}
