import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of CloudWatch is loaded with the first call: most alerts are on components without dependencies. */
export const lazyAlarms: PortBuilder<'alarms'> = () =>
  lazyPort(async () => (await import('./alarm-reader.ts')).alarmReader);
