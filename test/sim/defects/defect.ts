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

/** A mistake that an engineer could make, put in from outside so that the engine itself stays as it is. */
export interface Defect {
  readonly name: string;
  /** The invariants that it breaks, any of which may catch it. */
  readonly breaks: readonly string[];
  readonly create: () => DefectHooks;
}
