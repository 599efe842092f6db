/** A handler of the engine: one file in functions/handlers, one Lambda function. */
export interface HandlerDefinition {
  readonly description: string;
  readonly timeoutSeconds: number;
  /** More memory is more CPU, for those that a storm of signals meets. */
  readonly memorySizeMiB: number;
}

/** Every handler of the engine’s stack, in the order in which an operation meets them. */
export const HANDLERS = {
  triage: {
    description: 'Admits a signal as an operation, or records why not',
    timeoutSeconds: 30,
    memorySizeMiB: 512,
  },
  diagnose: { description: 'Says what is wrong and what to do', timeoutSeconds: 15, memorySizeMiB: 256 },
  act: { description: 'Begins one action: sends its runbook', timeoutSeconds: 60, memorySizeMiB: 256 },
  'command-status': {
    description: 'Ends an action when its command has ended',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
  },
  verify: {
    description: 'Asks an independent signal for recovery',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
  },
  'prepare-rollback': {
    description: 'Lists the steps that undo an operation',
    timeoutSeconds: 15,
    memorySizeMiB: 256,
  },
  escalate: { description: 'Tells people what was not healed', timeoutSeconds: 30, memorySizeMiB: 256 },
  conclude: {
    description: 'Writes the final record and releases the claim',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
  },
  'execution-ended': {
    description: 'Undoes operations whose execution went away',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
  },
  reconcile: {
    description: 'Every minute: finds what events have lost',
    // Shorter than its schedule, so that a run ends before the next begins.
    timeoutSeconds: 55,
    memorySizeMiB: 512,
  },
} as const satisfies Record<string, HandlerDefinition>;

export type HandlerName = keyof typeof HANDLERS;

export const HANDLER_NAMES = Object.keys(HANDLERS) as readonly HandlerName[];

/** The handlers of the watchdog’s stack. */
export const WATCHDOG_HANDLERS = {
  watch: {
    description: 'Every minute: sends heartbeats to its share of the peers',
    // Its last round begins within a minute and has a minute to end.
    timeoutSeconds: 120,
    memorySizeMiB: 512,
  },
  'change-peer': {
    description: 'Registers or removes a peer',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
  },
} as const satisfies Record<string, HandlerDefinition>;

/** A file in functions/handlers that is a function’s, without its suffix. */
export type HandlerFile = HandlerName | keyof typeof WATCHDOG_HANDLERS;
