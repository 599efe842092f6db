import type { Context } from 'aws-lambda';
import * as act from '../../functions/handlers/act.ts';
import * as commandStatus from '../../functions/handlers/command-status.ts';
import * as conclude from '../../functions/handlers/conclude.ts';
import * as diagnose from '../../functions/handlers/diagnose.ts';
import * as escalate from '../../functions/handlers/escalate.ts';
import * as executionEnded from '../../functions/handlers/execution-ended.ts';
import * as prepareRollback from '../../functions/handlers/prepare-rollback.ts';
import * as reconcile from '../../functions/handlers/reconcile.ts';
import * as triage from '../../functions/handlers/triage.ts';
import * as verify from '../../functions/handlers/verify.ts';

export type Parameter<Create> = Create extends (deps: infer Deps) => unknown ? Deps : never;

/** Everything that any function of the engine depends on. */
export type EngineDeps = Parameter<typeof act.createHandler> &
  Parameter<typeof commandStatus.createHandler> &
  Parameter<typeof conclude.createHandler> &
  Parameter<typeof diagnose.createHandler> &
  Parameter<typeof escalate.createHandler> &
  Parameter<typeof executionEnded.createHandler> &
  Parameter<typeof prepareRollback.createHandler> &
  Parameter<typeof reconcile.createHandler> &
  Parameter<typeof triage.createHandler> &
  Parameter<typeof verify.createHandler>;

export type FunctionHandler = (event: unknown, context: Context) => unknown;

/** The engine's functions, by the names that they are deployed under. */
const ENGINE_FUNCTIONS: Readonly<Record<string, (deps: EngineDeps) => FunctionHandler>> = {
  'selfheal-act': act.createHandler,
  'selfheal-command-status': commandStatus.createHandler,
  'selfheal-conclude': conclude.createHandler,
  'selfheal-diagnose': diagnose.createHandler,
  'selfheal-escalate': escalate.createHandler,
  'selfheal-execution-ended': executionEnded.createHandler,
  'selfheal-prepare-rollback': prepareRollback.createHandler,
  'selfheal-reconcile': reconcile.createHandler,
  'selfheal-triage': triage.createHandler,
  'selfheal-verify': verify.createHandler,
};

/**
 * What makes a function's handler.
 *
 * @throws Error for a function that nobody has written down here
 */
export function engineHandlerOf(functionName: string): (deps: EngineDeps) => FunctionHandler {
  const create = ENGINE_FUNCTIONS[functionName];
  if (create === undefined)
    throw new Error(`${functionName}: no such function here; add its handler to engine-functions.ts`);
  return create;
}
