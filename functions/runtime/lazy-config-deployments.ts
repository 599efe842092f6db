import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of AppConfig is loaded with the first call: few strategies have it go back. */
export const lazyConfigDeployments: PortBuilder<'configDeployments'> = () =>
  lazyPort(async () => (await import('./config-deployments.ts')).configDeployments);
