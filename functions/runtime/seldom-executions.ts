import type { PortBuilder } from './port-builders.ts';

const loaded = async () => await import('./state-machines.ts');

/** The client of Step Functions is loaded with the first call: while nothing is being healed, there is none. */
export const seldomExecutions: PortBuilder<'executions'> = (essentials) => ({
  start: async (...asked) => await (await loaded()).executions(essentials).start(...asked),
  describe: async (...asked) => await (await loaded()).executions(essentials).describe(...asked),
});

export const seldomTokens: PortBuilder<'tokens'> = (essentials) => ({
  succeed: async (...asked) => await (await loaded()).tokens(essentials).succeed(...asked),
  fail: async (...asked) => await (await loaded()).tokens(essentials).fail(...asked),
});
