import type { PortBuilder } from './port-builders.ts';

const loaded = async () => (await import('./automations.ts')).automations;

/** Loaded with the first automation: most configurations name none. */
export const seldomAutomations: PortBuilder<'automations'> = () => ({
  start: async (request) => await (await loaded()).start(request),
  get: async (id) => await (await loaded()).get(id),
  stop: async (id) => await (await loaded()).stop(id),
});
