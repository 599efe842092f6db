import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first call: only `settings.investigate: [cloudtrail]` needs it. */
export const lazyTrail: PortBuilder<'trail'> = () => lazyPort(async () => (await import('./trail.ts')).trail);
