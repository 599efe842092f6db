import type { ActionDefinition, ExecutorKind } from '../../core/actions/action-definition.ts';
import type { ActionReference } from '../../core/actions/action-reference.ts';
import type { Inspection } from '../../core/operation/inspection.ts';
import type { ActionCall, ActionKey, Begun } from './action-call.ts';

/*
 * What an executor is: a module that carries out the actions of one kind by these four functions. Use cases know no
 * other way to act, so that a new kind of action is a row in the action table and, at most, another executor.
 *
 * Each function has its own dependencies: a Lambda function is granted, and carries in its package, what the functions
 * need that it calls, and nothing else.
 */

/**
 * Begins an action. Repeating it with the same operation and step has no second effect on a target.
 *
 * @throws ServiceUnavailable: it may have been begun, ask again
 * @throws RequestRefused, NotFound, NotPermitted: nothing was begun, and asking again would not help
 */
export type Begin<Kind extends ExecutorKind, Deps, Call extends ActionCall = ActionCall> = (
  deps: Deps,
  definition: Extract<ActionDefinition, { readonly executor: Kind }>,
  call: Call,
) => Promise<Begun>;

/**
 * Looks how far an action has come. Read-only.
 *
 * @returns `undefined` if the service does not know it, or not yet
 */
export type Inspect<Deps> = (deps: Deps, id: string) => Promise<Inspection | undefined>;

/**
 * Sees to it that an action begins nothing more. One that is over is left as it is.
 *
 * @param mayYetBegin whether its begin may still be under way, so that its service need not know it yet
 * @returns what the service wants to have back, should the action be undone, as JSON. Default: what was kept before
 * @throws RequestRefused, NotFound, NotPermitted: it could not be cancelled, and may still act
 */
export type Cancel<Deps> = (deps: Deps, id: string, mayYetBegin?: boolean) => Promise<string | undefined>;

/** The action that was begun last for a step, if the service can tell. */
export type Find<Deps> = (deps: Deps, key: ActionKey) => Promise<ActionReference | undefined>;
