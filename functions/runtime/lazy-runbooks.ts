import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Systems Manager is loaded with the first call: no profile is read, and no step is silent, in most rounds. */
export const lazyRunbooks: PortBuilder<'runbooks'> = (essentials) =>
  lazyPort(async () => (await import('./runbooks.ts')).runbooks(essentials));
