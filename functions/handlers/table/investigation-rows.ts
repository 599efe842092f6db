import type { HandlerDefinition } from './handler-definition.ts';

/** The function that looks for evidence after a repair that did not heal. */
export const INVESTIGATION_ROWS = {
  investigate: {
    stack: 'investigation',
    description: 'Looks for evidence after a repair that did not heal',
    // Searches in logs take a minute at most; look-ups in CloudTrail and X-Ray, half of that.
    timeoutSeconds: 120,
    memorySizeMiB: 1_024,
    needs: {
      store: ['getOperation', 'listSteps', 'recordOutcome', 'noteDenial'],
      logSearches: ['start', 'read', 'stop'],
      trail: ['changesOf'],
      failedTraces: ['find'],
      notifier: ['notify'],
    },
    onlyWith: { logSearches: ['logs'], trail: ['cloudtrail'], failedTraces: ['xray'] },
    topics: ['architect'],
  },
} as const satisfies Readonly<Record<string, HandlerDefinition>>;
