import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';

/**
 * Groups whose limits cannot work. Says nothing while some component cannot be read, or names a group that does not exist:
 * it might be a member.
 */
export function checkGroups({ isComplete, settings, groups, components }: ReadableParts): readonly Finding[] {
  const isMisnamed = [...components.values()].some(({ group }) => group !== undefined && !groups.has(group));
  if (!isComplete || isMisnamed) return [];
  return [...groups].flatMap(([name, { maxInFlight, minHealthy }]) => {
    const findings: Finding[] = [];
    const members = [...components].flatMap(([member, { group }]) => (group === name ? [member] : []));
    if (members.length === 0) {
      findings.push({
        severity: 'warning',
        code: 'group-without-members',
        path: ['groups', name],
        at: 'key',
        value: name,
        message: 'no component is in this group',
        remedy: `Add \`group: ${name}\` to its components, or remove the group.`,
      });
    }
    if (members.length === 1 && minHealthy > 0) {
      findings.push({
        severity: 'warning',
        code: 'min-healthy-of-one',
        path: ['groups', name, 'minHealthy'],
        value: minHealthy,
        message: `it counts components, and \`${members[0]}\` is the only one in this group: it is healed all the same, on all its targets`,
        remedy: `Set it to 0; to keep instances of \`${members[0]}\` healthy, set \`minHealthyTargets\` there.`,
      });
    }
    if (members.length > 1 && minHealthy >= members.length) {
      findings.push({
        severity: 'error',
        code: 'min-healthy-unreachable',
        path: ['groups', name, 'minHealthy'],
        value: minHealthy,
        message: `a component being healed counts as unhealthy, so a group of ${members.length} that needs ${minHealthy} healthy is never healed`,
        remedy: `Lower it to ${members.length - 1} or less.`,
      });
    }
    if (settings && maxInFlight > settings.maxConcurrentRepairs) {
      findings.push({
        severity: 'warning',
        code: 'group-budget-exceeds-fleet',
        path: ['groups', name, 'maxInFlight'],
        value: maxInFlight,
        message: `never reached: settings.maxConcurrentRepairs allows ${settings.maxConcurrentRepairs} at once over all groups`,
        remedy: `Lower it to ${settings.maxConcurrentRepairs} or less, or raise \`settings.maxConcurrentRepairs\`.`,
      });
    }
    return findings;
  });
}
