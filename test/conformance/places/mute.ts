import type { AlarmEngine } from '../../../local/alarms/alarm-engine.ts';
import { alarmOf } from '../../factories/deployed-engine/landscape.ts';

/** Has a mute rule keep back a component's alarm, from a minute ago on for an hour. */
export function muteNow({ muteRules }: AlarmEngine, component: string, nowMs: number): void {
  const begin = new Date(nowMs - 60_000).toISOString().slice(0, 'yyyy-MM-ddThh:mm'.length);
  const Schedule = { Expression: `at(${begin})`, Duration: 'PT1H' };
  const MuteTargets = { AlarmNames: [alarmOf(component)] };
  muteRules.put({ Name: 'maintenance', Rule: { Schedule }, MuteTargets }, nowMs);
}
