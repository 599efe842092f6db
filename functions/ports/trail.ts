import type { TimeRange } from '../core/investigation/onset-windows.ts';
import type { WriteEvent } from '../core/investigation/write-event.ts';

/** A part of the events about a resource, the newest first. */
export interface TrailPage {
  readonly events: readonly WriteEvent[];
  /** Asks for the next part. @default there is none */
  readonly next?: string;
}

/**
 * Who changed what, by CloudTrail's event history. Reading only. An account may ask twice a second, and events arrive up
 * to 15 minutes late.
 *
 * Every method @throws NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface Trail {
  /** The calls that changed a resource. @param resourceName as the service that was called names it */
  readonly changesOf: (resourceName: string, range: TimeRange, next?: string) => Promise<TrailPage>;
}
