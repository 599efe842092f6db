import type { Incident } from './incidents.ts';

/** An alarm is flapping if it is OK for no longer than this before it goes off again… */
const LONGEST_CALM_MS = 30 * 60_000;
/** …at least this often. */
const FEWEST_FLAPS = 3;

/** An entry of the list: an incident, or one alarm that went off again and again. Oldest first. */
export interface Entry {
  readonly incidents: readonly [Incident, ...Incident[]];
}

/**
 * Groups the incidents of alarms that flap.
 *
 * @param incidents oldest first
 */
export function entriesOf(incidents: readonly Incident[]): readonly Entry[] {
  const byAlarm = Map.groupBy(incidents, ({ alarmName }) => alarmName);
  return [...byAlarm.values()]
    .flatMap((own) => bursts(own))
    .flatMap((burst) => (burst.length < FEWEST_FLAPS ? burst.map((each) => [each]) : [burst]))
    .flatMap(([first, ...more]): readonly Entry[] => (first ? [{ incidents: [first, ...more] }] : []))
    .sort((a, b) => a.incidents[0].atMs - b.incidents[0].atMs);
}

/** @param own of one alarm */
function bursts(own: readonly Incident[]): readonly (readonly Incident[])[] {
  const found: Incident[][] = [];
  for (const incident of own) {
    const before = found.at(-1)?.at(-1);
    const calmSinceMs = before?.recordedOverAtMs ?? before?.overAtMs ?? before?.atMs;
    if (calmSinceMs !== undefined && incident.atMs - calmSinceMs <= LONGEST_CALM_MS)
      found.at(-1)?.push(incident);
    else found.push([incident]);
  }
  return found;
}
