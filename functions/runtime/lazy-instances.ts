import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of EC2 is loaded with the first call: most repairs act through the agent on the host. */
export const lazyInstances: PortBuilder<'instances'> = () =>
  lazyPort(async () => (await import('./ec2-instances.ts')).ec2Instances);
