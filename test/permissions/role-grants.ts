import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import type { Decision } from '../../local/ministack/iam.ts';
import type { AwsConfig } from '../factories/deployed-engine/queues.ts';
import { type Grant, nameIn } from './grant.ts';
import { allowedPairs, isMatched, type Pair, type PolicyDocument, withoutPair } from './policy-document.ts';

interface RolePolicy {
  readonly roleName: string;
  readonly policyName: string;
}

/** What the inline policies of Selfheal's roles allow. */
export async function roleGrants(aws: AwsConfig): Promise<readonly Grant[]> {
  const iam = new IAMClient(aws);
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1_000 }));
  const names = Roles.flatMap(({ RoleName }) => RoleName ?? []).filter((name) => name.startsWith('Selfheal'));
  const grants: Grant[] = [];
  for (const roleName of names) {
    for (const policyName of await policyNames(iam, roleName)) {
      const document = await readPolicy(iam, { roleName, policyName });
      grants.push(...allowedPairs(document).map((pair) => grantOf(iam, { roleName, policyName }, pair)));
    }
  }
  return grants;
}

/** Takes an action away from a role, on every resource, while `during` runs. */
export async function withoutAction<Result>(
  aws: AwsConfig,
  roleName: string,
  action: string,
  during: () => Promise<Result>,
): Promise<Result> {
  const iam = new IAMClient(aws);
  let taken = during;
  for (const policyName of await policyNames(iam, roleName)) {
    const inner = taken;
    taken = () =>
      changed(iam, { roleName, policyName }, (document) => withoutPair(document, { action }), inner);
  }
  return await taken();
}

function grantOf(iam: IAMClient, policy: RolePolicy, pair: Pair): Grant {
  const { roleName } = policy;
  return {
    name: { holder: nameIn(roleName), action: pair.action, resource: nameIn(pair.resource) },
    covers: ({ principal, action, resource }: Decision) =>
      action === pair.action &&
      principal.includes(`:assumed-role/${roleName}/`) &&
      isMatched(pair.resource, resource),
    without: (during) => changed(iam, policy, (document) => withoutPair(document, pair), during),
  };
}

async function changed<Result>(
  iam: IAMClient,
  policy: RolePolicy,
  change: (document: PolicyDocument) => PolicyDocument,
  during: () => Promise<Result>,
): Promise<Result> {
  const before = await readPolicy(iam, policy);
  const named = { RoleName: policy.roleName, PolicyName: policy.policyName };
  // A policy can't be empty.
  const write = (document: PolicyDocument) =>
    document.Statement.length === 0
      ? iam.send(new DeleteRolePolicyCommand(named))
      : iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: JSON.stringify(document) }));
  await write(change(before));
  return await during().finally(() => write(before));
}

async function policyNames(iam: IAMClient, RoleName: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { PolicyNames = [] } of paginateListRolePolicies({ client: iam }, { RoleName }))
    names.push(...PolicyNames);
  return names;
}

async function readPolicy(iam: IAMClient, { roleName, policyName }: RolePolicy): Promise<PolicyDocument> {
  const input = { RoleName: roleName, PolicyName: policyName };
  const { PolicyDocument: text = '{}' } = await iam.send(new GetRolePolicyCommand(input));
  return JSON.parse(decodeURIComponent(text)) as PolicyDocument;
}
