import type { TimelineEntry } from '../timeline-entry.ts';

/** Something that was looked at when all was over, on the host or from outside. */
export interface Check {
  readonly what: string;
  readonly ok: boolean;
}

/** A host of the demo and the service on it, as the incidents see them. */
export interface ServiceHost {
  /** Of its service, as requested from outside. */
  readonly url: (path?: string) => string;
  /** The process of its service; 0 without one. */
  readonly pid: () => Promise<number>;
  /** Kills the service; nothing starts it again. */
  readonly kill: () => Promise<void>;
}

export interface OrdersHost extends ServiceHost {
  /** So often an order is sent, which leaks 2 MB of the host's memory. */
  readonly orderEveryMs: number;
  /** Of the host's memory, as measured; `undefined` if it is not known. */
  readonly memoryPercent: () => Promise<number | undefined>;
  readonly spooledFiles: () => Promise<number>;
}

export interface WebHost extends ServiceHost {
  /** Its configuration, for people. */
  readonly configurationName: string;
  readonly configuration: () => Promise<string>;
  /** Rolls out a configuration that the server takes but cannot serve. */
  readonly breakConfiguration: () => Promise<void>;
}

export interface PaymentsHost extends ServiceHost {
  /** After this, the service dies at every start. */
  readonly damageLedger: () => Promise<void>;
  /** Whether this host can be cut off its network. */
  readonly isolates: boolean;
  /** Looks at the host before anything happens. @returns what looks at it after the step that isolates */
  readonly observeIsolation: () => Promise<(isolation: TimelineEntry) => Promise<readonly Check[]>>;
}

/** The hosts of the demo, by component. */
export interface DemoHosts {
  readonly orders: OrdersHost;
  readonly web: WebHost;
  readonly payments: PaymentsHost;
  readonly docs: ServiceHost;
}
