import type { ExecutorKind, ResourceAction, RunCommandAction } from '../../core/actions/action-definition.ts';
import {
  type ActionReference,
  LASTING_EXECUTORS,
  type LastingExecutor,
} from '../../core/actions/action-reference.ts';
import { type ActionType, actionDefinition } from '../../core/actions/action-table.ts';
import { isAgentFirst } from '../../core/actions/isolation-way.ts';
import { executorOn, runbookWith } from '../../core/actions/runbook-of.ts';
import { assertNever } from '../../core/assert-never.ts';
import type { Inspection } from '../../core/operation/inspection.ts';
import type { TargetKind } from '../../core/target/target.ts';
import type { ActionKey, Begun, StepCall } from './action-call.ts';
import * as automation from './automation.ts';
import type { Cancel, Find, Inspect } from './executor.ts';
import type * as networkInterface from './network-interface.ts';
import * as notification from './notification.ts';
import * as resource from './resource.ts';
import * as runCommand from './run-command.ts';
import * as userDocument from './user-document.ts';
import type * as userFunction from './user-function.ts';

export interface BeginDeps
  extends runCommand.RunCommandBeginDeps,
    notification.NotificationBeginDeps,
    userDocument.DocumentBeginDeps,
    userFunction.FunctionBeginDeps,
    resource.ResourceBeginDeps,
    automation.AutomationBeginDeps,
    networkInterface.InterfaceBeginDeps {
  readonly instances: resource.ResourceBeginDeps['instances'] &
    networkInterface.InterfaceBeginDeps['instances'];
  readonly runbooks: userDocument.DocumentBeginDeps['runbooks'];
}
export interface InspectDeps
  extends runCommand.RunCommandInspectDeps,
    automation.AutomationInspectDeps,
    userFunction.FunctionLookDeps,
    resource.ResourceInspectDeps {
  readonly runbooks: runCommand.RunCommandInspectDeps['runbooks'] & resource.ResourceInspectDeps['runbooks'];
}
export interface CancelDeps
  extends runCommand.RunCommandCancelDeps,
    automation.AutomationCancelDeps,
    userFunction.FunctionLookDeps {}
export interface FindDeps extends runCommand.RunCommandFindDeps {}

/** Begins an action by the executor that its row names. @see Begin */
export async function beginAction(deps: BeginDeps, type: ActionType, call: StepCall): Promise<Begun> {
  const definition = actionDefinition(type);
  switch (definition.executor) {
    case 'run_command':
      if (!definition.byApi?.isMeant(call.params)) return await runCommand.begin(deps, definition, call);
      return type === 'verify_containment' && isAgentFirst(call.params)
        ? await verifyEitherWay(deps, definition, call)
        : await (await byGroups()).begin(deps, definition, call);
    case 'notification':
      return await notification.begin(deps, definition, call);
    case 'function':
      return await (await byFunction()).begin(deps, definition, call);
    case 'user_document':
      return await userDocument.begin(deps, definition, call);
    case 'resource':
      return definition.onHosts && isByRunbook(definition, call)
        ? await runCommand.begin(deps, { ...definition.onHosts, params: definition.params }, call)
        : await resource.begin(deps, definition, call);
    case 'automation':
      return await automation.begin(deps, definition, call);
    default:
      return assertNever(definition);
  }
}

function isByRunbook(definition: ResourceAction, { targets: [target], params }: StepCall): boolean {
  return target !== undefined && runbookWith(definition, target.kind, params) !== undefined;
}

/** Loaded with the first function: most configurations name none. */
const byFunction = async () => await import('./user-function.ts');

/** Loaded with the first isolation by security groups: hardly any operation has one. */
const byGroups = async () => await import('./network-interface.ts');

/** Hosts that are not cut off by EC2 have to say themselves that they are. */
async function verifyEitherWay(
  deps: BeginDeps,
  definition: RunCommandAction,
  call: StepCall,
): Promise<Begun> {
  const ids = call.targets.map(({ id }) => id);
  const { begin, openInstances } = await byGroups();
  const open = await openInstances(deps.instances, ids, String(call.params['securityGroup']));
  if (open.length === 0) return await begin(deps, definition, call);
  const targets = call.targets.filter(({ id }) => open.includes(id));
  return { ...(await runCommand.begin(deps, definition, { ...call, targets })), targets: open };
}

/** What is known of actions that go on by themselves; the others have no reference, and are not looked for. */
type ByExecutor<Method> = Readonly<Record<LastingExecutor, Method>>;

const INSPECT: ByExecutor<Inspect<InspectDeps>> = {
  run_command: runCommand.inspect,
  automation: automation.inspect,
  function: async (deps, id) => await (await byFunction()).inspect(deps, id),
  resource: resource.inspect,
};

/** @see Inspect */
export async function inspectAction(
  deps: InspectDeps,
  { executor, id }: ActionReference,
): Promise<Inspection | undefined> {
  return await INSPECT[executor](deps, id);
}

const CANCEL: ByExecutor<Cancel<CancelDeps>> = {
  run_command: runCommand.cancel,
  automation: automation.cancel,
  function: async (deps, id, mayYetBegin) => await (await byFunction()).cancel(deps, id, mayYetBegin),
  resource: resource.cancel,
};

/** @see Cancel */
export async function cancelAction(
  deps: CancelDeps,
  { executor, id }: ActionReference,
  mayYetBegin = false,
): Promise<string | undefined> {
  return await CANCEL[executor](deps, id, mayYetBegin);
}

const FIND: Readonly<Partial<Record<ExecutorKind, Find<FindDeps>>>> = {
  run_command: runCommand.find,
  user_document: userDocument.find,
  function: async (deps, key) => await (await byFunction()).find(deps, key),
};

/**
 * Whether an action that was begun is found, though nobody recorded its reference. One that has no effect need not be.
 * A function is not, unless it lasts.
 */
export function canBeFound(type: ActionType, kind: TargetKind): boolean {
  const executor = executorOn(actionDefinition(type), kind);
  return executor === 'notification' || (executor !== 'function' && FIND[executor] !== undefined);
}

/** Where the action is not known, every executor is asked. @see Find */
export async function findAction(deps: FindDeps, key: ActionKey): Promise<ActionReference | undefined> {
  const executors = key.action
    ? [executorOn(actionDefinition(key.action), key.kind ?? 'host')]
    : LASTING_EXECUTORS;
  for (const executor of executors) {
    const reference = await FIND[executor]?.(deps, key);
    if (reference) return reference;
  }
  return undefined;
}
