import type { AlarmReader, AlarmState } from '../../ports/observers.ts';

/**
 * AlarmReader over alarms in this process.
 *
 * @param stateOf `undefined` for an alarm that does not exist
 * @param silencedBy `undefined` for an alarm that nothing keeps back
 */
export function createMemoryAlarmReader(
  stateOf: (alarmName: string) => AlarmState | undefined,
  silencedBy: (alarmName: string) => string | undefined = () => undefined,
): AlarmReader {
  return {
    silencedBy: async (alarmName) => silencedBy(alarmName),
    states: async (alarmNames) =>
      new Map(
        alarmNames.flatMap((name) => {
          const state = stateOf(name);
          return state === undefined ? [] : [[name, state] as const];
        }),
      ),
  };
}
