import type { PortBuilder } from './port-builders.ts';

/** The client of Lambda is loaded with the first monitor that a function answers. */
export const seldomMonitorFunctions: PortBuilder<'monitorFunctions'> = () => ({
  measure: async (...request) => {
    const { userFunctions } = await import('./user-functions.ts');
    return await userFunctions.measure(...request);
  },
});
