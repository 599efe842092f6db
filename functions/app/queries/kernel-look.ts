import type { Component } from '../../core/configuration/schema/component-schema.ts';
import type { HostSelector } from '../../core/configuration/target-selector.ts';
import { type KernelAnswer, kernelAnswer } from '../../core/diagnosis/kernel/kernel-answer.ts';
import {
  KERNEL_LOOK_DELIVERY_SECONDS,
  kernelLookRequest,
  kernelLookSeconds,
} from '../../core/diagnosis/kernel/kernel-look-request.ts';
import { isTerminal } from '../../core/operation/command-outcome.ts';
import { MAXIMUM_BATCH } from '../../core/operation/layout.ts';
import type { LookId } from '../../core/operation/look-id.ts';
import { isFit } from '../../core/operation/target-availability.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommandInvocation, RunbookRunner } from '../../ports/runbook-runner.ts';

export interface KernelLookDeps {
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send' | 'listInvocations'>;
  readonly clock: Clock;
}

/** A component whose processes are those of a unit on hosts. */
export interface ObservedUnit {
  readonly component: string;
  readonly service: NonNullable<Component['service']>;
  readonly targets: HostSelector;
}

/** What a host answered. */
export interface HostKernelLook extends KernelAnswer {
  readonly instanceId: string;
}

const LOOK: LookId = 'look-0';
const POLL_EVERY_MS = 1_000;

/**
 * Looks at what the kernel does with a component's processes, on all of its hosts at the same time. Nothing on them is
 * changed, and the look ends by itself, whatever becomes of the caller.
 *
 * @param seconds how long to look, 1 to 30
 * @param only the hosts to look at; without any, the first 50
 * @throws ServiceError
 */
export async function lookAtKernel(
  deps: KernelLookDeps,
  unit: ObservedUnit,
  seconds: number,
  only: readonly string[] = [],
): Promise<readonly HostKernelLook[]> {
  const nodes = await deps.runbooks.resolveTargets(unit.targets);
  const configured = 'instanceIds' in unit.targets ? unit.targets.instanceIds : [];
  const known = new Set([...configured, ...nodes.map(({ instanceId }) => instanceId)]);
  const fit = new Set(nodes.filter(isFit).map(({ instanceId }) => instanceId));
  const wanted = [...new Set(only.length > 0 ? only : known)].sort();
  const asked = wanted.filter((id) => fit.has(id)).slice(0, MAXIMUM_BATCH);
  const answers = await ask(deps, unit, seconds, asked);
  return wanted.map((instanceId) => {
    if (!known.has(instanceId)) return { instanceId, missing: `it is not a host of ${unit.component}` };
    if (!fit.has(instanceId))
      return { instanceId, missing: 'it is offline, not Linux, or not managed by Systems Manager' };
    if (!asked.includes(instanceId))
      return { instanceId, missing: `not asked: at most ${MAXIMUM_BATCH} hosts at a time` };
    return { instanceId, ...kernelAnswer(answers.get(instanceId)) };
  });
}

/** The answers of the hosts that have given one in time, by instance. */
async function ask(
  { runbooks, clock }: KernelLookDeps,
  { component, service }: ObservedUnit,
  seconds: number,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, CommandInvocation>> {
  if (instanceIds.length === 0) return new Map();
  const nowMs = clock.nowMs();
  const commandId = await runbooks.send(
    kernelLookRequest({
      ...{ component, service, seconds, instanceIds },
      operationId: `kernel-${nowMs.toString(36)}`,
      fence: 0,
      stepId: LOOK,
      comment: `Selfheal: kernel of ${component}`,
    }),
  );
  const deadlineMs = nowMs + (kernelLookSeconds(seconds) + KERNEL_LOOK_DELIVERY_SECONDS) * 1_000;
  for (;;) {
    await clock.sleep(POLL_EVERY_MS);
    const invocations = await runbooks.listInvocations(commandId);
    const ended = invocations.filter(({ status }) => isTerminal(status));
    if (ended.length >= instanceIds.length || clock.nowMs() >= deadlineMs)
      return new Map(ended.map((each) => [each.instanceId, each]));
  }
}
