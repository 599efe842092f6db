import type { GrantName } from './grant.ts';

interface Exemption {
  readonly action: RegExp;
  /** @default any */
  readonly resource?: RegExp;
  readonly why: string;
}

/** What nobody here asks IAM about. The tests of the templates list each of these grants by hand all the same. */
const EXEMPT: readonly Exemption[] = [
  {
    action: /^logs:(?!\w+Query)/,
    why: 'The Lambda and Step Functions services write logs with the role; MiniStack writes them itself.',
  },
  {
    action: /^xray:/,
    why: 'The Lambda and Step Functions services send traces with the role; MiniStack has no X-Ray.',
  },
  {
    action: /^rds:DescribeDB(Cluster)?Snapshots$/,
    resource: /^(db|cluster):/,
    why: 'AWS lists the database and the snapshot as resources, and does not document on which of them a request is checked that names the snapshot alone.',
  },
];

/** Why a grant is not tried; `undefined` if it is. */
export function exemption({ action, resource }: GrantName): string | undefined {
  return EXEMPT.find((exempt) => exempt.action.test(action) && (exempt.resource?.test(resource) ?? true))
    ?.why;
}
