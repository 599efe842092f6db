/** An event that a person sends to Selfheal, or that is sent on behalf of one. */
export interface OperatorEvent {
  readonly detailType: 'Selfheal Signal' | 'Selfheal Control' | 'Selfheal Approval' | 'Selfheal Slack Click';
  /** One that `settings.sources` lists; IAM decides who may send under it. */
  readonly source: string;
  /** Whole seconds: the bus keeps no more. */
  readonly atMs: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface OperatorEvents {
  /**
   * Puts an event on the account's default bus.
   *
   * @returns the id that the bus gave it
   */
  readonly send: (event: OperatorEvent) => Promise<string>;
}
