import type { AlarmReader } from '../ports/observers.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of CloudWatch is loaded with the first call: most alerts are on components without dependencies. */
export const seldomAlarms: PortBuilder<'alarms'> = () => ({
  inAlarm: async (...asked) => await (await loaded()).inAlarm(...asked),
  redSince: async (...asked) => await (await loaded()).redSince(...asked),
  states: async (...asked) => await (await loaded()).states(...asked),
  targetsOf: async (...asked) => await (await loaded()).targetsOf(...asked),
  redInstances: async (...asked) => await (await loaded()).redInstances(...asked),
  silencedBy: async (...asked) => await (await loaded()).silencedBy(...asked),
});

async function loaded(): Promise<AlarmReader> {
  const { alarmReader } = await import('./alarm-reader.ts');
  return alarmReader;
}
