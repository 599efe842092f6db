/** What somebody decides by a link. */
export interface LinkUse {
  readonly command: 'approve' | 'deny';
  /** When it was first decided, in whole seconds: sent again, it is the same decision. */
  readonly atMs: number;
}

/** What was used up, and how often somebody was turned away. */
export interface ApprovalStore {
  /**
   * Takes a link for a decision, which may be sent from then on until the bus has accepted it.
   *
   * @returns the decision that the link was first taken for, and whether it has been sent
   */
  readonly takeLink: (
    id: string,
    use: LinkUse,
    expiresAtMs: number,
  ) => Promise<LinkUse & { readonly isSent: boolean }>;
  /** Uses a link up: its decision has been sent. */
  readonly noteLinkSent: (id: string) => Promise<void>;
  /**
   * Uses something up that works once, such as a click in Slack.
   *
   * @param expiresAtMs from when on it would not work anyway
   * @returns `false` if it was used before
   */
  readonly useOnce: (id: string, expiresAtMs: number) => Promise<boolean>;
  /** Counts a request that is refused. @returns how many there were in its minute, with this one */
  readonly countAttempt: (atMs: number) => Promise<number>;
}

/** A secret in Secrets Manager: read once, then kept for as long as the function lives. */
export interface KeptSecret {
  readonly read: () => Promise<string>;
}

/** Where links to the page of approvals lead. */
export interface LinkAddress {
  /** Without a `/` at its end. */
  readonly base: () => string;
}

/** E-mail to people who may approve, by their names. */
export interface ApproverMail {
  readonly send: (mail: {
    readonly person: string;
    readonly subject: string;
    readonly text: string;
  }) => Promise<void>;
}

/** Answers to clicks in Slack. */
export interface SlackResponses {
  /** @param url the `response_url` of the click */
  readonly post: (url: string, message: object) => Promise<void>;
}
