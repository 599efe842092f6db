import type { HandlerDefinition } from './handler-definition.ts';

/** The function that looks for evidence after a repair that did not heal. */
export const INVESTIGATION_ROWS = {
  investigate: {
    stack: 'investigation',
    description: 'Looks for evidence after a repair that did not heal',
    // Searches in logs take a minute at most; look-ups in CloudTrail, half of that.
    timeoutSeconds: 120,
    memorySizeMiB: 512,
    needs: {
      store: ['getOperation', 'listSteps', 'recordOutcome', 'noteDenial'],
      logSearches: ['start', 'read', 'stop'],
      trail: ['changesOf'],
      notifier: ['notify'],
    },
    onlyWith: { logSearches: ['logs'], trail: ['cloudtrail'] },
    topics: ['architect'],
  },
} as const satisfies Readonly<Record<string, HandlerDefinition>>;
