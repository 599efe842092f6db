/** Where the values of a monitor come from. */
export type MonitorSource =
  | {
      readonly kind: 'function' | 'endpoint';
      /** The entry under `monitors`. */
      readonly monitor: string;
      /** The function that is asked: the user's, or the one that reads endpoints. */
      readonly function: string;
      readonly timeoutSeconds: number;
      readonly statistic: string;
    }
  | { readonly kind: 'events'; readonly monitor: string; readonly statistic: string };

/** Reads endpoints, where the VPC allows it. Its configuration names them: no address is ever sent. */
export const SCRAPER = 'selfheal-scrape';
