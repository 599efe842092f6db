import type { HandlerDefinition } from './handler-definition.ts';

/** The function that completes the dependency graph. */
export const GRAPH_ROWS = {
  'refresh-graph': {
    stack: 'graph',
    description: 'Reads which components call which',
    timeoutSeconds: 120,
    memorySizeMiB: 256,
    needs: {
      topology: ['traced', 'ecsAddresses', 'balancedAddresses'],
      discovered: ['readGraph', 'saveGraph'],
      store: ['noteDenial'],
    },
    onlyWith: {
      'topology.ecsAddresses': ['ecsAddresses'],
      'topology.balancedAddresses': ['balancedAddresses'],
    },
  },
} as const satisfies Readonly<Record<string, HandlerDefinition>>;
