import type { Claim, FleetRecord } from '../../../functions/core/admission/records.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Operation, StepRecord } from '../../../functions/core/operation/operation.ts';
import type { BusEvent } from '../../../local/embedded/event-bridge/event.ts';
import type { Trace } from '../trace/trace.ts';

/** The state of the cloud and the world at one moment. */
export interface Snapshot {
  readonly atMs: number;
  readonly operations: readonly Operation[];
  readonly claims: readonly (Claim & { readonly component: string })[];
  readonly stepsOf: ReadonlyMap<string, readonly StepRecord[]>;
  readonly limits: FleetRecord;
  /** Components that are sick. */
  readonly sick: readonly string[];
  readonly redAlarms: readonly string[];
}

/** Everything that the checkers judge by. */
export interface Evidence extends Snapshot {
  readonly trace: Trace;
  /** Components and alarms; they stay the same through all deployments. */
  readonly fleet: CompiledConfiguration;
  readonly busLog: readonly BusEvent[];
  readonly deadLetters: readonly string[];
  /** Errors of the embedded cloud itself. */
  readonly defects: readonly unknown[];
  /** The state before people repaired what nothing else could. */
  readonly whenQuiet: Snapshot;
}

/** A pure function of the evidence: one sentence per violation. */
export interface Checker {
  readonly name: string;
  readonly check: (evidence: Evidence) => readonly string[];
}

export interface Violation {
  readonly invariant: string;
  readonly text: string;
}
