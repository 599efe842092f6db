import type { Assumption } from '../../cli/what-if.ts';
import { RUNBOOK_TAKES_MS } from './world.ts';

const REPAIRS: Readonly<Record<Assumption, string>> = {
  healed:
    'Repairs succeed (--assume healed): when the last runbook of a strategy has run, the alarms of the component go to OK and stay there until the next recorded time that they go off. Isolation alone repairs nothing.',
  failed:
    'Repairs change nothing (--assume failed): runbooks run without an error, and alarms go to OK only when they were recorded to.',
};

/** What an answer assumes, in a sentence or two each. @param hasChanges whether changes were given */
export function assumptionsOf(assumption: Assumption, hasChanges: boolean): readonly string[] {
  return [
    REPAIRS[assumption],
    'Every repair is carried out, whatever `mode` the configuration gives it: a history replayed in observe mode would show nothing.',
    'Windows open and close by their hours and closed days. Change calendars are open: their history is not asked for.',
    'A host that was isolated, and not restored by a runbook, stays so: no person restores it in the replay. Its component is unhealthy from then on, and no repair changes that; its alarms change as recorded, and they decide how it counts in its group.',
    'Everything recorded later happens as recorded: whether a repair would have prevented a later alarm, or caused one, is unknown.',
    'A component is healthy, and its health endpoint answers, while none of its alarms is in ALARM. Alarms without a history stay OK; composite alarms follow the alarms that they read.',
    `Every host is reachable, and every runbook takes ${RUNBOOK_TAKES_MS / 1_000} s; hosts with init scripts refuse actions that need systemd.`,
    'Everything that a runbook needs on a host is there: services, files to delete, and for rollback_config a verified version of the configuration that differs from the one in use.',
    hasChanges
      ? 'Changes begin and end as recorded, whatever a repair would have rolled back meanwhile. Those that nobody reported are unknown.'
      : 'No deployments are replayed, as alarm histories show none; --changes adds them.',
    'It begins a minute and a half before the first item, with every alarm in the state in which its own first item finds it; there are no attempts, cooldowns or pauses from before. Mute rules, suppressors and signals of other monitors are not in an alarm history, and not replayed.',
  ];
}
