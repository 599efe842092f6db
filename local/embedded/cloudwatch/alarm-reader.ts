import type { AlarmState } from '../../../functions/core/verification/alarm-observation.ts';
import type { AlarmReader } from '../../../functions/ports/observers.ts';

/**
 * AlarmReader over alarms in this process.
 *
 * @param namesOf of all alarms
 * @param stateOf `undefined` for an alarm that does not exist
 * @param changedAtMs when an alarm changed its state last, epoch milliseconds
 * @param silencedBy `undefined` for an alarm that nothing silences
 * @param targetsOf instance ids, called only for an alarm that exists
 * @param redInstances of an alarm with contributors
 */
export function createEmbeddedAlarmReader(
  namesOf: () => Iterable<string>,
  stateOf: (alarmName: string) => AlarmState | undefined,
  changedAtMs: (alarmName: string) => number | undefined,
  silencedBy: (alarmName: string) => string | undefined = () => undefined,
  targetsOf: (alarmName: string) => readonly string[] | undefined = () => [],
  redInstances: (alarmName: string) => readonly string[] | undefined = () => undefined,
): AlarmReader {
  const inStateSince = (alarmNames: readonly string[], state: AlarmState) =>
    new Map(
      alarmNames.flatMap((name) => {
        const atMs = stateOf(name) === state ? changedAtMs(name) : undefined;
        return atMs === undefined ? [] : [[name, atMs] as const];
      }),
    );
  return {
    redInstances: async (alarmName) => redInstances(alarmName),
    silencedBy: async (alarmName) => silencedBy(alarmName),
    targetsOf: async (alarmName) => (stateOf(alarmName) === undefined ? undefined : targetsOf(alarmName)),
    inAlarm: async (prefix) =>
      new Map(
        [...namesOf()].flatMap((name) =>
          name.startsWith(prefix) && stateOf(name) === 'ALARM'
            ? [[name, changedAtMs(name) ?? 0] as const]
            : [],
        ),
      ),
    redSince: async (alarmNames) => inStateSince(alarmNames, 'ALARM'),
    silentSince: async (alarmNames) => inStateSince(alarmNames, 'INSUFFICIENT_DATA'),
    states: async (alarmNames) =>
      new Map(
        alarmNames.flatMap((name) => {
          const state = stateOf(name);
          return state === undefined ? [] : [[name, state] as const];
        }),
      ),
  };
}
