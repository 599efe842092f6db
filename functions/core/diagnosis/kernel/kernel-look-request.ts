import type { RunbookParameters } from '../../actions/action-definition.ts';
import type { LookId } from '../../operation/look-id.ts';
import type { StepId } from '../../operation/operation.ts';

/** The runbook that looks; read-only. */
export const KERNEL_LOOK_DOCUMENT = 'selfheal-look-at-kernel';

/** How long a host may take to fetch the command. */
export const KERNEL_LOOK_DELIVERY_SECONDS = 30;
/** For bpftrace to begin and to end, each on a host that has too much to do. */
const EXECUTION_SECONDS_MORE = 50;

/** What is looked at, and for which operation. */
export interface KernelLookOf {
  readonly component: string;
  /** The systemd unit whose processes are watched. */
  readonly service: string;
  /** How long to look, 1 to 30. */
  readonly seconds: number;
  readonly instanceIds: readonly string[];
  readonly operationId: string;
  readonly fence: number;
  readonly stepId: LookId | StepId;
  readonly comment: string;
}

/** A command that looks at the kernel of several hosts at the same time. */
export interface KernelLookRequest {
  readonly document: string;
  readonly parameters: RunbookParameters;
  readonly instanceIds: readonly string[];
  readonly comment: string;
  readonly deliveryTimeoutSeconds: number;
  readonly maxConcurrency: number;
  readonly stopsAtError: boolean;
}

export function kernelLookRequest(of: KernelLookOf): KernelLookRequest {
  const { component, service, seconds, instanceIds, operationId, fence, stepId, comment } = of;
  return {
    document: KERNEL_LOOK_DOCUMENT,
    parameters: {
      ...{ operationId, stepId, fence: String(fence), component },
      executionTimeout: String(kernelLookSeconds(seconds)),
      service,
      seconds: String(seconds),
    },
    instanceIds,
    comment,
    deliveryTimeoutSeconds: KERNEL_LOOK_DELIVERY_SECONDS,
    maxConcurrency: instanceIds.length,
    stopsAtError: false,
  };
}

/** How long a look may take on a host, once the host has fetched it. */
export function kernelLookSeconds(seconds: number): number {
  return seconds + EXECUTION_SECONDS_MORE;
}
