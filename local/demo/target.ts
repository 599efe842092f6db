import type { OperationStore } from '../../functions/ports/operation-store.ts';
import type { WatchdogStore } from '../../functions/ports/watchdog-store.ts';
import type { Closers } from '../cloud/closers.ts';
import type { DemoHosts } from './incidents/hosts.ts';

/** What the architect was told. */
export interface Notice {
  readonly atMs: number;
  readonly subject: string;
}

/** Where the incidents are played, once it is up. */
export interface PreparedTarget {
  readonly hosts: DemoHosts;
  /** The hosts' names, by instance id. */
  readonly hostNames: ReadonlyMap<string, string>;
  readonly records: Pick<OperationStore, 'getOperation' | 'listSteps' | 'listRefusals'>;
  readonly watchdog: Pick<WatchdogStore, 'readShard'>;
  /** Events that came on the bus since it was asked last, as JSON; at least those of `DEMO_EVENTS`. */
  readonly takeEvents: () => Promise<readonly string[]>;
  readonly takeNotices: () => Promise<readonly Notice[]>;
  readonly lookEveryMs: number;
  /** Begins to measure hosts and addresses. */
  readonly measure: () => void;
  /** What went wrong in the target itself. */
  readonly defects: () => readonly unknown[];
}

export interface Preparation {
  /** Runs one part of it; `work` is given somebody to tell how it goes on. */
  readonly step: <Result>(
    name: string,
    work: (progress: (line: string) => void) => Promise<Result>,
  ) => Promise<Result>;
  /** Takes down what is built. */
  readonly closers: Closers;
}

/** A place to play incidents. */
export interface Target {
  /** What this machine lacks for it, in one line; `undefined` if it has everything. */
  readonly missing: () => string | undefined;
  /** Builds hosts, services in good health, with what is good kept, and a cloud. @throws Error if something does not start */
  readonly prepare: (preparation: Preparation) => Promise<PreparedTarget>;
  /** Ends at once what it has begun, on an interruption; `closers` do the rest. */
  readonly interrupt: () => void;
}
