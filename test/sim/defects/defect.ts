import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { SimulatedHosts } from '../../../local/embedded/hosts/simulated-hosts.ts';
import type { InterceptInvocation } from '../../../local/embedded/lambda/lambda-service.ts';
import type { InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { HostRunner } from '../../../local/ssm/host-runner.ts';

/** Where a defect gets between the engine and its world. Made anew for every run. */
export interface DefectHooks {
  /** What the functions take for the store. */
  readonly store?: (store: OperationStore) => OperationStore;
  readonly hosts?: (hosts: SimulatedHosts) => HostRunner;
  /** Between a function and all it depends on; `proceed` leads to the faults and the real thing. */
  readonly call?: InterceptCall;
  readonly invocation?: InterceptInvocation;
}

/** What is known of a defect besides how it is put in. */
export interface DefectRow {
  readonly name: string;
  /** The invariants that it breaks, any of which may catch it. */
  readonly breaks: readonly string[];
  /** A seed whose run catches it: the search begins there. `npm run sim -- --defect NAME` prints the first. */
  readonly caughtWith: number;
}

/** A mistake that an engineer could make, put in from outside so that the engine itself stays as it is. */
export interface Defect extends DefectRow {
  readonly create: () => DefectHooks;
}

/** A mistake in what is written to the store, or read from it. */
export function inStore(row: DefectRow, change: (store: OperationStore) => Partial<OperationStore>): Defect {
  return { ...row, create: () => ({ store: (store) => ({ ...store, ...change(store) }) }) };
}
