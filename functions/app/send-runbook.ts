import type { RunbookAction } from '../core/actions/action-definition.ts';
import type { Component } from '../core/configuration/schema.ts';
import type { Operation, StepId } from '../core/operation/operation.ts';
import type { ManagedNode, RunbookRunner } from '../ports/runbook-runner.ts';

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
  /** Instance ids. @default those that the alert names, else all of the component's */
  readonly targets?: readonly string[];
  /**
   * For an undo step: wherever it can be done, also after it failed somewhere. @default on all targets or on none, and
   * no further than to the first that fails
   */
  readonly whereverPossible?: boolean;
}

export interface SentRunbook {
  readonly commandId: string;
  readonly targets: readonly string[];
  readonly unreached?: readonly string[];
}

/**
 * Resolves the targets and sends one runbook to them, a few at a time. The runbook is told operation, step and fence,
 * so that a host does nothing twice and nothing for an operation that was overtaken.
 *
 * @returns command id, and the instance ids it was sent to, and was not
 * @throws TargetsUnavailable before anything was sent
 * @throws ServiceError; nothing was sent, unless it is a ServiceUnavailable
 */
export async function sendRunbook(
  { runbooks }: SendDeps,
  { operation, component, fence }: RunbookSubject,
  stepId: StepId,
  definition: RunbookAction,
  call: RunbookCall,
): Promise<SentRunbook> {
  const { whereverPossible = false } = call;
  const found = await findTargets(runbooks, operation, component, call.targets);
  if (found.problem && (!whereverPossible || found.fit.length === 0))
    throw new TargetsUnavailable(found.problem);
  const targets = found.fit;
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
    stopsAtError: !whereverPossible,
  });
  return { commandId, targets, ...(found.unfit.length > 0 && { unreached: found.unfit }) };
}

/** By this comment the reconciler finds a command whose id was never recorded. */
export function commandComment(operationId: string, stepId: StepId): string {
  return `selfheal ${operationId} ${stepId}`;
}

interface FoundTargets {
  /** Instance ids that can be sent to, and those that should be and can't; sorted. */
  readonly fit: readonly string[];
  readonly unfit: readonly string[];
  /** What is wrong with the targets as a whole. */
  readonly problem?: string;
}

async function findTargets(
  runbooks: Pick<RunbookRunner, 'resolveTargets'>,
  operation: Operation,
  component: Component,
  given: readonly string[] | undefined,
): Promise<FoundTargets> {
  const named = given ?? operation.alert.targets;
  const nodes = await runbooks.resolveTargets(given ? { instanceIds: given } : component.targets);
  const chosen = named.length === 0 ? nodes : nodes.filter((node) => named.includes(node.instanceId));
  const isFit = (node: ManagedNode) => node.online && node.platform === 'Linux';
  const ids = (some: readonly ManagedNode[]) => some.map(({ instanceId }) => instanceId).sort();

  const wanted =
    named.length > 0 ? named : 'instanceIds' in component.targets ? component.targets.instanceIds : [];
  const missing = wanted.filter((id) => !chosen.some((node) => node.instanceId === id));
  const unfit = chosen.filter((node) => !isFit(node));
  const problem = problemWith(operation.component, chosen.length, missing, unfit);
  const fit = ids(chosen.filter(isFit));
  return {
    fit: fit.slice(0, MAXIMUM_TARGETS),
    unfit: [...missing, ...ids(unfit), ...fit.slice(MAXIMUM_TARGETS)].sort(),
    ...(problem !== undefined && { problem }),
  };
}

function problemWith(
  component: string,
  count: number,
  missing: readonly string[],
  unfit: readonly ManagedNode[],
): string | undefined {
  if (missing.length > 0)
    return `${missing.join(', ')}: no managed node of ${component} (SSM does not know it)`;
  if (count === 0) return `${component}: its targets select no managed node`;
  if (count > MAXIMUM_TARGETS) return `${component}: ${count} targets, ${MAXIMUM_TARGETS} at most`;
  if (unfit.length === 0) return undefined;
  const list = unfit.map((node) => `${node.instanceId} (${node.online ? node.platform : 'offline'})`);
  return `${list.join(', ')}: not an online Linux node`;
}
