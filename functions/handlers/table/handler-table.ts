import { ANALYSIS_ROWS } from './analysis-rows.ts';
import { GRAPH_ROWS } from './graph-rows.ts';
import type { HandlerDefinition } from './handler-definition.ts';
import { HEAL_ROWS } from './heal-rows.ts';
import { INVESTIGATION_ROWS } from './investigation-rows.ts';
import { OUTSIDE_ROWS } from './outside-rows.ts';
import { RECOVERY_ROWS } from './recovery-rows.ts';
import { WATCHDOG_ROWS } from './watchdog-rows.ts';

/** Every Lambda function, in the order in which an operation reaches it. Data only: the stacks read it too. */
export const HANDLERS = {
  ...HEAL_ROWS,
  ...RECOVERY_ROWS,
  ...WATCHDOG_ROWS,
  ...ANALYSIS_ROWS,
  ...GRAPH_ROWS,
  ...INVESTIGATION_ROWS,
  ...OUTSIDE_ROWS,
} as const satisfies Readonly<Record<string, HandlerDefinition>>;

/** A file in functions/handlers, without its suffix. */
export type HandlerName = keyof typeof HANDLERS;

/** The handlers of one stack. */
export type HandlerOf<Stack extends HandlerDefinition['stack']> = {
  [Name in HandlerName]: (typeof HANDLERS)[Name]['stack'] extends Stack ? Name : never;
}[HandlerName];

export const ENGINE_HANDLERS = (Object.keys(HANDLERS) as readonly HandlerName[]).filter(
  (name): name is HandlerOf<'engine'> => HANDLERS[name].stack === 'engine',
);
