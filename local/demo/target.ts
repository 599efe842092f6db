import type { OperationStore } from '../../functions/ports/operation-store.ts';
import type { WatchdogStore } from '../../functions/ports/watchdog-store.ts';
import type { Closers } from '../cloud/closers.ts';
import type { DemoComponent } from './components.ts';
import type { DemoHosts } from './incidents/hosts.ts';

/** A notification of the architect. */
export interface Notice {
  readonly atMs: number;
  readonly subject: string;
}

/** What the command `selfheal` needs to work with a target. */
export interface Served {
  /** The variables of its environment, by name. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * @param configurationFile what is deployed
 * @param endpoints the address of all services, and those of the services that have one of their own
 */
export function servedAt(
  configurationFile: string,
  endpoints: { readonly all: string; readonly ssm?: string; readonly cloudwatch?: string },
): Served {
  const { all, ssm, cloudwatch } = endpoints;
  return {
    environment: {
      AWS_ENDPOINT_URL: all,
      ...(ssm !== undefined && { AWS_ENDPOINT_URL_SSM: ssm }),
      ...(cloudwatch !== undefined && { AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch }),
      AWS_REGION: 'us-east-1',
      // Any will do, but the SDK wants some.
      AWS_ACCESS_KEY_ID: 'demo',
      AWS_SECRET_ACCESS_KEY: 'demo',
      SELFHEAL_CONFIG: configurationFile,
    },
  };
}

/** Where the incidents are played, once it is up. */
export interface PreparedTarget {
  readonly hosts: DemoHosts;
  /** The hosts' names, by instance id. */
  readonly hostNames: ReadonlyMap<string, string>;
  readonly records: Pick<OperationStore, 'getOperation' | 'listSteps' | 'listRefusals'>;
  readonly watchdog: Pick<WatchdogStore, 'readShard'>;
  /** Events on the bus since the last call, as JSON; at least those of `DEMO_EVENTS`. */
  readonly takeEvents: () => Promise<readonly string[]>;
  readonly takeNotices: () => Promise<readonly Notice[]>;
  readonly lookEveryMs: number;
  /** Starts to measure hosts and addresses. */
  readonly measure: () => void;
  /** What went wrong in the target itself. */
  readonly defects: () => readonly unknown[];
  /** `undefined` unless it is served. */
  readonly served?: Served;
}

export interface Preparation {
  /** Runs one part of the preparation; `work` receives a function for its progress. */
  readonly step: <Result>(
    name: string,
    work: (progress: (line: string) => void) => Promise<Result>,
  ) => Promise<Result>;
  /** Takes down what is built. */
  readonly closers: Closers;
  /** Whether the command `selfheal` is to work with the target. */
  readonly serve: boolean;
}

/** A place to play the incidents. */
export interface Target {
  /** What this machine lacks for it, in one line; `undefined` if it has everything. */
  readonly missing: (wanted: Pick<Preparation, 'serve'>) => string | undefined;
  /** What this machine lacks for a component, whose incident is then left out; `undefined` if it has everything. */
  readonly missingFor: (component: DemoComponent) => string | undefined;
  /**
   * Builds hosts, healthy services with their good state saved, and a cloud.
   * @throws Error if something does not start
   */
  readonly prepare: (preparation: Preparation) => Promise<PreparedTarget>;
  /** Ends at once what it has begun, on an interruption; `closers` do the rest. */
  readonly interrupt: () => void;
}
