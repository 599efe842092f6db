import type { HandlerDefinition } from './handler-definition.ts';

/** The functions of the watchdog. */
export const WATCHDOG_ROWS = {
  watch: {
    stack: 'watchdog',
    description: 'Every minute: sends heartbeats to its share of the peers',
    // Its last round begins within a minute and has a minute to end.
    timeoutSeconds: 120,
    memorySizeMiB: 512,
    perVantagePoint: true,
    needs: {
      watchdog: ['readShard', 'saveRound', 'clearPending', 'saveReport', 'listReports', 'listPeers'],
      http: ['probe'],
      tcp: ['probe'],
      runbooks: ['resolveTargets'],
      watchdogEvents: ['publish'],
      watchdogMetrics: ['roundEnded'],
    },
  },
  'change-peer': {
    stack: 'watchdog',
    description: 'Registers or removes a peer',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
    needs: { watchdog: ['registerPeer', 'removePeer'], notifier: ['notify'] },
    topics: ['architect'],
  },
} as const satisfies Readonly<Record<string, HandlerDefinition>>;
