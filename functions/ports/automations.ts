import type { DocumentValues } from '../core/actions/user-document.ts';
import type { AutomationExecution } from '../core/operation/automation-outcome.ts';

export interface AutomationRequest {
  readonly document: string;
  readonly version: string;
  readonly parameters: DocumentValues;
  /** A UUID. Another request with the same one starts nothing, and is answered with the first one's execution. */
  readonly clientToken: string;
}

/** Runs SSM Automation documents. */
export interface Automations {
  /**
   * @returns the execution's id
   * @throws ServiceError; nothing was started, unless it is a ServiceUnavailable
   */
  readonly start: (request: AutomationRequest) => Promise<string>;
  /** @returns `undefined` if the service does not know it, or not yet */
  readonly get: (executionId: string) => Promise<AutomationExecution | undefined>;
  /** Cancels it: the step that runs is cut short, and no other begins. */
  readonly stop: (executionId: string) => Promise<void>;
}
