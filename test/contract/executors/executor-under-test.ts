import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { StepRecord } from '../../../functions/core/operation/operation.ts';
import type { Ports } from '../../../functions/ports/ports.ts';
import type { VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import type { Random } from '../../../local/embedded/random/seeded-random.ts';
import type { Gap } from './faults.ts';

/** One write to a setting: JSON, as it is on record. */
export interface Write {
  readonly before: string;
  readonly after: string;
}

/** What of Selfheal's own writes was neither the change that is on record of the step nor its undo. */
export function overwritten(records: readonly StepRecord[], writes: readonly Write[]): readonly string[] {
  const change = records.find(({ stepId }) => stepId === 'heal-0')?.change;
  const { before, intended } = change ?? {};
  return writes
    .filter(
      (write) =>
        !(write.before === before && write.after === intended) &&
        !(write.before === intended && write.after === before),
    )
    .map(
      (write) => `${write.before} was overwritten by ${write.after}, on record is ${before} to ${intended}`,
    );
}

/** What the service of an executor is opened with: everything in it waits and draws by these. */
export interface ServicePlace {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly newId: () => string;
  readonly configuration: CompiledConfiguration;
}

/** One time that something was changed in the service on Selfheal's behalf. */
export interface Effect {
  readonly phase: 'do' | 'undo';
  readonly target: string;
}

/** The service behind an executor, stateful, with nothing done in it yet. */
export interface ServiceUnderTest {
  /** Adapters over the service. Every call to them may meet a fault. */
  readonly ports: Partial<Ports>;
  readonly effects: () => readonly Effect[];
  /** Someone else changes what the action changes. @default nobody can */
  readonly interfere?: () => void;
  /** Whether what someone else changed last is as they left it. */
  readonly isInterferenceIntact?: () => boolean;
  /** What the service is in the end, and the records of the steps do not say. @default nothing is looked at */
  readonly contradictions?: (records: readonly StepRecord[]) => readonly string[];
}

/** An executor with a service to run it over. Adding one is a file like `run-command.ts` and a line in `executors.test.ts`. */
export interface ExecutorUnderTest {
  readonly name: string;
  /** Of the component `web`. @default one host with a service */
  readonly component?: Readonly<Record<string, unknown>>;
  /** What the signal says besides. @default it names no target */
  readonly alert?: Readonly<Record<string, unknown>>;
  /** As a strategy lists it. */
  readonly action: Readonly<Record<string, unknown>>;
  /** How many steps `action` is on its component; the last has the effects. @default 1 */
  readonly steps?: number;
  /** Undoes `action`, as a rollback plan lists it. @default it cannot be undone */
  readonly undo?: Readonly<Record<string, unknown>>;
  /** Calls that their adapter makes with one request, which nothing repeats: they are never doubled. @default none */
  readonly undoubled?: readonly string[];
  /** Where nobody changes anything, as nothing could see it. @default nowhere: the service has tokens */
  readonly gap?: Gap;
  readonly open: (place: ServicePlace) => ServiceUnderTest;
}
