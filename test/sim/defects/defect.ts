import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { SimulatedHosts } from '../../../local/embedded/hosts/simulated-hosts.ts';
import type { InterceptInvocation } from '../../../local/embedded/lambda/lambda-service.ts';
import type { InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { HostRunner } from '../../../local/ssm/host-runner.ts';

/** Where a defect intervenes between the engine and its world. Created for each run. */
export interface DefectHooks {
  /** Replaces the store that the functions see. */
  readonly store?: (store: OperationStore) => OperationStore;
  readonly hosts?: (hosts: SimulatedHosts) => HostRunner;
  /** Stands between a function and its dependencies; `proceed` leads to the faults and the real dependency. */
  readonly call?: InterceptCall;
  readonly invocation?: InterceptInvocation;
  /** What the functions take the deployed configuration for. */
  readonly configuration?: (deployed: CompiledConfiguration) => CompiledConfiguration;
}

/** What describes a defect, apart from the mistake itself. */
export interface DefectRow {
  /** Completes the phrase "an engine that …". */
  readonly name: string;
  /** The invariants that it breaks, any of which may catch it. */
  readonly breaks: readonly string[];
  /** A seed whose run catches it: the search starts there. `npm run sim -- --defect NAME` prints the first one. */
  readonly caughtWith: number;
}

/** A mistake that an engineer could make, seeded from outside so that the engine itself stays as it is. */
export interface Defect extends DefectRow {
  readonly create: () => DefectHooks;
}

type EndedStep = Parameters<OperationStore['recordOutcome']>[0];

/** A mistake in the outcomes that are recorded, by the function that carries a step out or by another. */
export function inOutcomes(store: OperationStore, change: (step: EndedStep) => EndedStep) {
  return {
    recordOutcome: async (step) => await store.recordOutcome(change(step)),
    recordOwnOutcome: async (key, step) => await store.recordOwnOutcome(key, change(step)),
  } satisfies Partial<OperationStore>;
}

/** A mistake in what is written to the store or read from it. */
export function inStore(row: DefectRow, change: (store: OperationStore) => Partial<OperationStore>): Defect {
  return { ...row, create: () => ({ store: (store) => ({ ...store, ...change(store) }) }) };
}
