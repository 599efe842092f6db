import type { RunbookAction } from '../core/actions/action-definition.ts';
import type { Component } from '../core/configuration/schema.ts';
import type { SkippedTargets } from '../core/operation/layout.ts';
import type { Operation, StepId } from '../core/operation/operation.ts';
import { type ChosenTargets, chooseTargets } from '../core/operation/target-availability.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';

const MINIMUM_DELIVERY_SECONDS = 30;

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
  readonly skipped?: SkippedTargets;
}

/**
 * Resolves the targets and sends one runbook to them.
 *
 * @param given instance ids; without them those that the alert names, or else all of the component's
 * @returns command id, and the instance ids it was sent to, and was not
 * @throws TargetsUnavailable before anything was sent
 * @throws ServiceError; nothing was sent, unless it is a ServiceUnavailable
 */
export async function sendRunbook(
  deps: SendDeps,
  subject: RunbookSubject,
  stepId: StepId,
  definition: RunbookAction,
  call: RunbookCall,
  given?: readonly string[],
): Promise<SentRunbook> {
  const { whereverPossible = false } = call;
  const found = await findTargets(deps.runbooks, subject.operation, subject.component, given);
  if (found.problem && (!whereverPossible || found.fit.length === 0))
    throw new TargetsUnavailable(found.problem);
  const targets = found.fit;
  const commandId = await sendTo(deps, subject, stepId, definition, call, targets);
  return { commandId, targets, ...(found.unfit.length > 0 && { unreached: found.unfit }) };
}

/**
 * Sends one runbook to nodes, a few at a time. The runbook gets operation, step and fence, so that a host does nothing
 * twice and nothing for an operation that was overtaken.
 *
 * @param stepId by which the host knows a repetition
 * @returns the command's id
 * @throws what the API refused for good
 */
export async function sendTo(
  { runbooks }: { readonly runbooks: Pick<RunbookRunner, 'send'> },
  { operation, component, fence }: RunbookSubject,
  stepId: string,
  definition: RunbookAction,
  call: RunbookCall,
  instanceIds: readonly string[],
): Promise<string> {
  // Parsed anew: what reaches a host has passed the action's schema here, and the document's patterns there.
  const params = definition.params.parse(call.params);
  return await runbooks.send({
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
    instanceIds,
    comment: commandComment(operation.operationId, stepId),
    deliveryTimeoutSeconds: Math.max(MINIMUM_DELIVERY_SECONDS, call.timeoutSeconds),
    maxConcurrency: call.everywhereAtOnce ? instanceIds.length : component.maxConcurrentTargets,
    stopsAtError: call.whereverPossible !== true,
  });
}

/** By this comment the reconciler finds a command whose id was never recorded. */
export function commandComment(operationId: string, stepId: string): string {
  return `selfheal ${operationId} ${stepId}`;
}

async function findTargets(
  runbooks: Pick<RunbookRunner, 'resolveTargets'>,
  operation: Operation,
  component: Component,
  given: readonly string[] | undefined,
): Promise<ChosenTargets> {
  const nodes = await runbooks.resolveTargets(given ? { instanceIds: given } : component.targets);
  const configured = 'instanceIds' in component.targets ? component.targets.instanceIds : [];
  return chooseTargets(operation.component, nodes, given ?? operation.alert.targets, configured);
}
