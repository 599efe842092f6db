import * as changePeer from '../../functions/handlers/change-peer.ts';
import * as watch from '../../functions/handlers/watch.ts';
import type { FunctionHandler, Parameter } from './engine-functions.ts';

/** Everything that any function of the watchdog depends on. */
export type WatchdogDeps = Parameter<typeof changePeer.createHandler> & Parameter<typeof watch.createHandler>;

/** What makes the handler of a function of the watchdog's stack; `undefined` for one of another's. */
export function watchdogHandlerOf(
  functionName: string,
): ((deps: WatchdogDeps) => FunctionHandler) | undefined {
  if (functionName === 'selfheal-change-peer') return changePeer.createHandler;
  // One for each vantage point.
  return functionName.startsWith('selfheal-watch-') ? watch.createHandler : undefined;
}
