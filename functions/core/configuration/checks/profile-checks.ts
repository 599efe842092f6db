import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';

/** Profiles that no collector could measure, or that nobody could read. */
export function checkProfiles({ components }: ReadableParts): readonly Finding[] {
  return [...components].flatMap(([name, component]) =>
    faultsOf(component).map(
      ({ key, what, remedy }): Finding => ({
        severity: 'error',
        code: 'profile-not-possible',
        path: ['components', name, 'profile', ...(key === undefined ? [] : [key])],
        at: 'key',
        value: key ?? name,
        message: `component \`${name}\` cannot have ${key === undefined ? 'a profile' : `\`profile.${key}\``}: ${what}`,
        remedy,
      }),
    ),
  );
}

interface Fault {
  readonly key?: 'runtime' | 'custom';
  readonly what: string;
  readonly remedy: string;
}

/** Run Command costs nothing on instances, and $0.002 for every command on other managed nodes. */
const HYBRID = /^mi-/;

function faultsOf({ profile, service, serviceManager, targets }: Component): readonly Fault[] {
  if (!profile) return [];
  const faults: Fault[] = [];
  const { runtime, custom, endpoint } = profile;
  if (!('instanceIds' in targets)) {
    faults.push({
      what: 'its targets are not `instanceIds`',
      remedy: 'Name its instances, or remove `profile`.',
    });
  } else {
    const hybrid = targets.instanceIds.find((id) => HYBRID.test(id));
    if (hybrid !== undefined)
      faults.push({
        what: `reading ${hybrid} every 5 minutes would cost $17.50 a month, as Run Command is not free on hybrid nodes`,
        remedy: 'Remove `profile`, or the node.',
      });
  }
  if (service === undefined || serviceManager !== 'systemd')
    faults.push({
      what: 'the collector measures a systemd unit',
      remedy: 'Add `service`, or remove `profile`.',
    });
  if (endpoint === undefined && runtime !== 'none')
    faults.push({
      key: 'runtime',
      what: `\`${runtime}\` publishes its heap at an \`endpoint\`, which is missing`,
      remedy: 'Add `endpoint`, such as http://127.0.0.1:9100/metrics.',
    });
  if (endpoint === undefined && custom.length > 0)
    faults.push({
      key: 'custom',
      what: 'these are metrics of an `endpoint`, which is missing',
      remedy: 'Add `endpoint`.',
    });
  return faults;
}
