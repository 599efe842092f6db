import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of CodeDeploy is loaded with the first call: few strategies have it go back. */
export const lazyCodeDeployments: PortBuilder<'codeDeployments'> = () =>
  lazyPort(async () => (await import('./code-deployments.ts')).codeDeployments);
