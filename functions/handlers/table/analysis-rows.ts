import type { HandlerDefinition } from './handler-definition.ts';

/** The functions that watch series, for anomalies and monitors. */
export const ANALYSIS_ROWS = {
  analyze: {
    stack: 'analysis',
    description: 'Reads the watched series and signals anomalies',
    // Its last batch begins within 90 s.
    timeoutSeconds: 120,
    memorySizeMiB: 512,
    needs: {
      baselines: ['readShards', 'saveShard', 'keepPending'],
      metricData: ['read'],
      anomalySignals: ['publish'],
      notifier: ['notify'],
      store: ['noteDenial'],
      runbooks: ['resolveTargets', 'send', 'listInvocations'],
      monitorFunctions: ['measure'],
      samples: ['list'],
      changes: ['listChanges'],
    },
    onlyWith: {
      changes: ['changes'],
      runbooks: ['profile'],
      monitorFunctions: ['monitorFunctions'],
      samples: ['monitorEvents'],
    },
    topics: ['architect'],
    documents: ['selfheal-read-profile', 'selfheal-install-collector'],
    // The configuration refuses a profile elsewhere.
    nodes: ['instance'],
  },
  'record-metrics': {
    stack: 'analysis',
    description: 'Keeps the values that `Selfheal Metric` events carry',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
    needs: { samples: ['add'], store: ['recordRefusal', 'noteDenial'] },
  },
  scrape: {
    stack: 'analysis',
    description: 'Reads endpoints in Prometheus’ text format for monitors',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
    needs: { pages: ['read'] },
  },
} as const satisfies Readonly<Record<string, HandlerDefinition>>;
