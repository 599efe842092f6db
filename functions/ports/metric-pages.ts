/** Why a page could not be read, for people: refused, timed out, another status than 200, or too large. */
export class PageUnreadable extends Error {
  override readonly name = 'PageUnreadable';
  readonly code = 'PAGE_UNREADABLE';
}

/** Reads pages of metrics over HTTP. */
export interface MetricPages {
  /**
   * @returns the text of the page
   * @throws PageUnreadable
   */
  readonly read: (url: string, timeoutSeconds: number) => Promise<string>;
}
