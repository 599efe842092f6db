/** The step that an invocation of a function carries out. */
export interface ActingStep {
  readonly operationId: string;
  readonly component: string;
  readonly fence: number;
  readonly stepId: string;
  readonly action: string;
}
