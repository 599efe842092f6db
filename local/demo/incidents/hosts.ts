import type { TimelineEntry } from '../timeline-entry.ts';

/** A check made at the end, on the host or from outside. */
export interface Check {
  readonly what: string;
  readonly ok: boolean;
}

/** A host of the demo and its service, as the incidents see them. */
export interface ServiceHost {
  /** The address of its service, as requested from outside. */
  readonly url: (path?: string) => string;
  /** The process of its service; 0 without one. */
  readonly pid: () => Promise<number>;
  /** Kills the service; nothing starts it again. */
  readonly kill: () => Promise<void>;
}

export interface OrdersHost extends ServiceHost {
  /** The interval between orders, each of which leaks 2 MB of the host's memory. */
  readonly orderEveryMs: number;
  /** The measured use of the host's memory; `undefined` if it is unknown. */
  readonly memoryPercent: () => Promise<number | undefined>;
  readonly spooledFiles: () => Promise<number>;
}

export interface WebHost extends ServiceHost {
  /** Its configuration, for people. */
  readonly configurationName: string;
  readonly configuration: () => Promise<string>;
  /** Rolls out a configuration that the server accepts but cannot serve. */
  readonly breakConfiguration: () => Promise<void>;
}

export interface PaymentsHost extends ServiceHost {
  /** Damages the service, so that it dies at every start. */
  readonly damageLedger: () => Promise<void>;
  /** Whether this host can be cut off from its network. */
  readonly isolates: boolean;
  /** Looks at the host before anything happens. @returns a function that looks at it after the isolating step */
  readonly observeIsolation: () => Promise<(isolation: TimelineEntry) => Promise<readonly Check[]>>;
}

/** A database, as the incidents see it. */
export interface CatalogHost extends ServiceHost {
  /** Overwrites one of its pages on the disk. */
  readonly damagePage: () => Promise<void>;
  /** The checksum of all rows. @throws Error if they cannot be read */
  readonly checksum: () => Promise<string>;
}

/** A service whose open descriptors are a metric that is watched for leaks, as the incidents see it. */
export interface SessionsHost extends ServiceHost {
  /** How many it has open; 0 if it does not run. */
  readonly descriptors: () => Promise<number>;
  readonly descriptorLimit: () => Promise<number>;
  /** What stands in for the days before, for people. */
  readonly history: string;
}

/** A Lambda function behind an alias, as the incidents see it. */
export interface ReleasedFunction extends Pick<ServiceHost, 'url'> {
  /** Points its alias to a version. */
  readonly release: (version: string) => Promise<void>;
  /** The version that its alias points to. */
  readonly version: () => Promise<string>;
}

/** What the demo breaks, by component. */
export interface DemoHosts {
  readonly orders: OrdersHost;
  readonly web: WebHost;
  readonly payments: PaymentsHost;
  readonly docs: ServiceHost;
  /** `undefined` on a target that runs no functions of users. */
  readonly quotes?: ReleasedFunction;
  /** A database and its only caller; `undefined` on a target, or a machine, that has none. */
  readonly chain?: { readonly catalog: CatalogHost; readonly gateway: ServiceHost };
  /** `undefined` on a target that measures no descriptors. */
  readonly sessions?: SessionsHost;
}
