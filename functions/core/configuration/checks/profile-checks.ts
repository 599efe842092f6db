import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';
import { describeTargets, isHybrid, selectsHosts } from '../target-selector.ts';

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

function faultsOf({ profile, service, serviceManager, targets }: Component): readonly Fault[] {
  if (!profile) return [];
  if (!selectsHosts(targets)) {
    const what = `the collector runs on hosts, and it has ${describeTargets(targets)}`;
    return [{ what, remedy: 'Remove `profile`.' }];
  }
  const faults: Fault[] = [];
  const { runtime, custom, endpoint } = profile;
  const hybrid = 'instanceIds' in targets ? targets.instanceIds.find(isHybrid) : undefined;
  if (hybrid !== undefined)
    faults.push({
      what: `reading ${hybrid} every 5 minutes would cost $17.50 a month, as Run Command is not free on hybrid nodes`,
      remedy: 'Remove `profile`, or the node.',
    });
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
