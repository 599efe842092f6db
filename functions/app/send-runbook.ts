import type { RunbookAction } from '../core/actions/action-definition.ts';
import type { Component } from '../core/configuration/schema.ts';
import type { Operation, StepId } from '../core/operation/operation.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';

const MINIMUM_DELIVERY_SECONDS = 30;
const MAXIMUM_TARGETS = 50;

/** The targets can't be acted on: none found, too many, or not all of them reachable. */
export class TargetsUnavailable extends Error {
  override readonly name = 'TargetsUnavailable';
}

export interface SendDeps {
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send'>;
}

/** Of which operation, and on which component as it was when the operation was admitted. */
export interface RunbookSubject {
  readonly operation: Operation;
  readonly component: Component;
  readonly fence: number;
}

export interface RunbookCall {
  readonly params: Readonly<Record<string, unknown>>;
  readonly timeoutSeconds: number;
  /** For a runbook that only looks: on every target at once. @default as many as the component allows */
  readonly everywhereAtOnce?: boolean;
}

/**
 * Resolves the targets and sends one runbook to them, a few at a time. The runbook is told operation, step and fence,
 * so that a host does nothing twice and nothing for an operation that was overtaken.
 *
 * @returns command id, and the instance ids it was sent to
 * @throws TargetsUnavailable before anything was sent
 * @throws CommandRefused if the API refused it for good
 */
export async function sendRunbook(
  { runbooks }: SendDeps,
  { operation, component, fence }: RunbookSubject,
  stepId: StepId,
  definition: RunbookAction,
  call: RunbookCall,
): Promise<{ readonly commandId: string; readonly targets: readonly string[] }> {
  const targets = await reachableTargets(runbooks, operation, component);
  // Parsed anew: what reaches a host has passed the action's schema here, and the document's patterns there.
  const params = definition.params.parse(call.params);
  const commandId = await runbooks.send({
    document: definition.document,
    parameters: {
      ...definition.parameters(component, params),
      operationId: operation.operationId,
      stepId,
      fence: String(fence),
      component: operation.component,
      // The documents' own default, and so not said.
      ...(component.serviceManager === 'sysv' && { serviceManager: component.serviceManager }),
      executionTimeout: String(call.timeoutSeconds),
    },
    instanceIds: targets,
    comment: commandComment(operation.operationId, stepId),
    deliveryTimeoutSeconds: Math.max(MINIMUM_DELIVERY_SECONDS, call.timeoutSeconds),
    maxConcurrency: call.everywhereAtOnce ? targets.length : component.maxConcurrentTargets,
  });
  return { commandId, targets };
}

/** By this comment the reconciler finds a command whose id was never recorded. */
export function commandComment(operationId: string, stepId: StepId): string {
  return `selfheal ${operationId} ${stepId}`;
}

async function reachableTargets(
  runbooks: Pick<RunbookRunner, 'resolveTargets'>,
  operation: Operation,
  component: Component,
): Promise<readonly string[]> {
  const named = operation.alert.targets;
  const nodes = await runbooks.resolveTargets(component.targets);
  const chosen = named.length === 0 ? nodes : nodes.filter((node) => named.includes(node.instanceId));
  const ids = chosen.map((node) => node.instanceId).sort();

  const wanted =
    named.length > 0 ? named : 'instanceIds' in component.targets ? component.targets.instanceIds : [];
  const missing = wanted.filter((id) => !ids.includes(id));
  if (missing.length > 0) {
    throw new TargetsUnavailable(
      `${missing.join(', ')}: no managed node of ${operation.component} with the managed tag`,
    );
  }
  if (ids.length === 0)
    throw new TargetsUnavailable(`${operation.component}: its targets select no managed node`);
  if (ids.length > MAXIMUM_TARGETS) {
    throw new TargetsUnavailable(`${operation.component}: ${ids.length} targets, ${MAXIMUM_TARGETS} at most`);
  }
  const unfit = chosen.filter((node) => !node.online || node.platform !== 'Linux');
  if (unfit.length > 0) {
    const list = unfit.map((node) => `${node.instanceId} (${node.online ? node.platform : 'offline'})`);
    throw new TargetsUnavailable(`${list.join(', ')}: not an online Linux node`);
  }
  return ids;
}
