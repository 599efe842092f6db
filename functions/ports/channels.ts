import type { IncidentRecord } from '../core/notification/incident.ts';

/** What is on its way to one channel. */
export interface ChannelDelivery {
  /** The channel’s name in the configuration. */
  readonly channel: string;
  /** Which of the channel’s addresses it goes to. */
  readonly request: 'open' | 'resolve' | 'tell';
  /** The incident’s key, for an address that names it. */
  readonly key?: string;
  /** The body of the request, as the vendor wants it. */
  readonly body: object;
}

/** Hands requests to EventBridge, which calls the channels. */
export interface ChannelEvents {
  /** All of them, or it rejects; a repetition is sent again. @throws ServiceError */
  readonly deliver: (deliveries: readonly ChannelDelivery[]) => Promise<void>;
}

/** Remembers which incidents are open, so that pagers are notified of each change once. */
export interface IncidentStore {
  readonly readIncident: (key: string) => Promise<IncidentRecord | undefined>;
  /**
   * @param previous what the record was made from
   * @returns whether it was saved: not if the record has changed meanwhile
   */
  readonly saveIncident: (record: IncidentRecord, previous: IncidentRecord | undefined) => Promise<boolean>;
  readonly listIncidents: () => Promise<readonly IncidentRecord[]>;
}
