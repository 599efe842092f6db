import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PolicyEvaluator, startPolicyEvaluator } from '../../local/ministack/policy-evaluator.ts';
import { requirement } from '../factories/requirements.ts';

const PAGE = readFileSync(new URL('../../docs/actions.md', import.meta.url), 'utf8');
const BUCKET = 'arn:aws:s3:::my-backups';
const [OWNER, STRANGER] = ['111122223333', '444455556666'];
const [HOST, NEIGHBOUR] = ['i-0123456789abcdef0', 'i-0fedcba9876543210'];
const ON_OBJECTS = ['s3:PutObject', 's3:AbortMultipartUpload', 's3:GetObject'];

/** The policies of the page for the role of a database's host. */
const DOCUMENTED = [...PAGE.matchAll(/```json\n(\{[^`]*\})\n```/g)]
  .map(([, policy]) => String(policy))
  .filter((policy) => policy.includes(BUCKET));

const objectOf = (host: string, component = 'orders-db') =>
  `${BUCKET}/selfheal/${component}/${host}/20261130T000000Z.tar`;

describe.skipIf(!requirement('python'))('the documented policies for backups in S3', () => {
  let evaluator: PolicyEvaluator;
  /** What MiniStack's evaluator says. A bucket, whose ARN has no account, it takes for one of the asker's account. */
  const isAllowed = (
    action: string,
    resource: string,
    { owner = OWNER, context = {}, policies = DOCUMENTED }: Asked = {},
  ) => {
    const principal = `arn:aws:sts::${OWNER}:assumed-role/orders-db/${HOST}`;
    const asker = { principal, account: owner, region: 'eu-central-1', policies };
    return evaluator.isAllowed(asker, { action, resource, context });
  };
  beforeAll(async () => {
    evaluator = await startPolicyEvaluator();
  }, 120_000);
  afterAll(() => evaluator?.close());

  it.each(ON_OBJECTS)('allow %s in the host’s own directory only', (action) => {
    expect(isAllowed(action, objectOf(HOST))).toBe(true);
    expect(isAllowed(action, objectOf(NEIGHBOUR))).toBe(false);
    expect(isAllowed(action, objectOf(HOST, 'cache'))).toBe(false);
  });

  it.each(ON_OBJECTS)('do not allow %s in a bucket of that name in another account', (action) => {
    expect(isAllowed(action, objectOf(HOST), { owner: STRANGER })).toBe(false);
  });

  it('let a host list its own directory only, and only in a bucket of the right account', () => {
    const mayList = (prefix: string, owner = OWNER) =>
      isAllowed('s3:ListBucket', BUCKET, { owner, context: { 's3:prefix': prefix } });
    expect(mayList(`selfheal/orders-db/${HOST}/`)).toBe(true);
    expect(mayList(`selfheal/orders-db/${HOST}/`, STRANGER)).toBe(false);
    expect(mayList(`selfheal/orders-db/${NEIGHBOUR}/`)).toBe(false);
    expect(mayList('')).toBe(false);
  });

  it('tell hosts that share a role apart by the condition that the page names', () => {
    const [, condition = ''] = PAGE.match(/`("ArnEquals": \{[^`]*\})`/) ?? [];
    const policies = DOCUMENTED.map((policy) =>
      policy.replaceAll('"StringEquals"', `${condition}, "StringEquals"`),
    );
    const mayWriteFrom = (host: string) =>
      isAllowed('s3:PutObject', objectOf(HOST), {
        policies,
        context: { 'ec2:SourceInstanceARN': `arn:aws:ec2:eu-central-1:${OWNER}:instance/${host}` },
      });
    expect(mayWriteFrom(HOST)).toBe(true);
    expect(mayWriteFrom(NEIGHBOUR)).toBe(false);
  });

  it('let a host delete nothing', () => {
    expect(isAllowed('s3:DeleteObject', objectOf(HOST))).toBe(false);
  });
});

interface Asked {
  /** The account that has the bucket. @default that of the policies */
  readonly owner?: string;
  readonly context?: Readonly<Record<string, string>>;
  /** @default those of the page */
  readonly policies?: readonly string[];
}
