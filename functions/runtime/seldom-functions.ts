import type { PortBuilder } from './port-builders.ts';

/** The client of Lambda is loaded with the first invocation: most configurations name no function of the user's. */
export const seldomFunctions: PortBuilder<'functions'> = () => ({
  invoke: async (...request) => {
    const { userFunctions } = await import('./user-functions.ts');
    return await userFunctions.invoke(...request);
  },
});
