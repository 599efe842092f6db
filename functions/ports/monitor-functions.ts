import type { MonitorRequest } from '../core/analysis/monitor-answer.ts';
import type { FunctionAnswer } from './user-functions.ts';

/** Asks functions, the user's and the one that reads endpoints, for the values of monitors. */
export interface MonitorFunctions {
  /**
   * Changes nothing; waits for the answer.
   *
   * @param name with or without an alias
   * @throws ServiceError
   */
  readonly measure: (
    name: string,
    request: MonitorRequest,
    timeoutSeconds: number,
  ) => Promise<FunctionAnswer>;
}
