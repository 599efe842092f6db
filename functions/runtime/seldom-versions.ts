import type { FunctionVersions } from '../ports/function-versions.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Lambda is loaded with the first call, as that of aliases is. */
export const seldomVersions: PortBuilder<'versions'> = () => ({
  read: async (...asked) => await (await loaded()).read(...asked),
  published: async (...asked) => await (await loaded()).published(...asked),
  configure: async (...asked) => await (await loaded()).configure(...asked),
  publish: async (...asked) => await (await loaded()).publish(...asked),
});

async function loaded(): Promise<FunctionVersions> {
  const { functionVersions } = await import('./lambda-aliases.ts');
  return functionVersions;
}
