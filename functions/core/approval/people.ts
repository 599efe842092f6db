import type { ApprovalSettings } from '../configuration/schema/approvals-schema.ts';

interface Approvers {
  readonly approvals?: ApprovalSettings | undefined;
}

/** The name of the person with a member ID in Slack; `undefined` for everyone else. */
export function personInSlack({ approvals }: Approvers, memberId: string): string | undefined {
  return nameWith(approvals, ({ slack }) => slack === memberId);
}

/** Whether a person may still decide by a link. */
export function mayUseLinks({ approvals }: Approvers, name: string): boolean {
  const person = Object.hasOwn(approvals?.people ?? {}, name) ? approvals?.people[name] : undefined;
  return person?.email !== undefined || person?.channel !== undefined;
}

/** Whether two names on record stand for one person, who may have an ARN in IAM and a name in Slack and on links. */
export function isSamePerson({ approvals }: Approvers, one: string, other: string): boolean {
  const named = (by: string) => nameWith(approvals, ({ arn }) => arn === by) ?? by;
  return named(one) === named(other);
}

function nameWith(
  approvals: ApprovalSettings | undefined,
  is: (person: ApprovalSettings['people'][string]) => boolean,
): string | undefined {
  return Object.entries(approvals?.people ?? {}).find(([, person]) => is(person))?.[0];
}

/** What the configuration uses of the ways to approve. */
export function waysToApprove({ approvals }: Approvers): {
  readonly slack: boolean;
  readonly email: boolean;
  readonly channel: boolean;
} {
  const people = Object.values(approvals?.people ?? {});
  return {
    slack: approvals?.slack !== undefined,
    email: people.some(({ email }) => email !== undefined),
    channel: people.some(({ channel }) => channel !== undefined),
  };
}
