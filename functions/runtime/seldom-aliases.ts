import type { LambdaAliases } from '../ports/lambda-aliases.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Lambda is loaded with the first call: most configurations have no component behind an alias. */
export const seldomAliases: PortBuilder<'aliases'> = () => ({
  read: async (...asked) => await (await loaded()).read(...asked),
  point: async (...asked) => await (await loaded()).point(...asked),
  state: async (...asked) => await (await loaded()).state(...asked),
  reserved: async (...asked) => await (await loaded()).reserved(...asked),
  reserve: async (...asked) => await (await loaded()).reserve(...asked),
  provisioned: async (...asked) => await (await loaded()).provisioned(...asked),
  provision: async (...asked) => await (await loaded()).provision(...asked),
});

async function loaded(): Promise<LambdaAliases> {
  const { lambdaAliases } = await import('./lambda-aliases.ts');
  return lambdaAliases;
}
