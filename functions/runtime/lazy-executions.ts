import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Step Functions is loaded with the first call: while nothing is being healed, there is none. */
export const lazyExecutions: PortBuilder<'executions'> = (essentials) =>
  lazyPort(async () => (await import('./state-machines.ts')).executions(essentials));

export const lazyTokens: PortBuilder<'tokens'> = (essentials) =>
  lazyPort(async () => (await import('./state-machines.ts')).tokens(essentials));
