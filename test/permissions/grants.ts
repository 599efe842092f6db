import {
  GetRolePolicyCommand,
  type IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import type { Decision } from '../../local/ministack/iam.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

interface PolicyDocument {
  readonly Statement: readonly Statement[];
}

/** One action on one resource that a role's inline policy allows. */
export interface Grant {
  readonly roleName: string;
  readonly policyName: string;
  readonly action: string;
  /** An ARN, with or without wildcards, or `*`. */
  readonly resource: string;
}

/** Every grant of the roles that the deployed stacks have. */
export async function listGrants(iam: IAMClient): Promise<readonly Grant[]> {
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1_000 }));
  const names = Roles.flatMap(({ RoleName }) => RoleName ?? []).filter((name) => name.startsWith('Selfheal'));
  const grants: Grant[] = [];
  for (const roleName of names) {
    for await (const page of paginateListRolePolicies({ client: iam }, { RoleName: roleName })) {
      for (const policyName of page.PolicyNames ?? []) {
        const document = await readPolicy(iam, roleName, policyName);
        grants.push(...pairsOf(document).map((pair) => ({ roleName, policyName, ...pair })));
      }
    }
  }
  return grants;
}

/** Takes one grant away while `during` runs, and gives it back. */
export async function without<Result>(
  iam: IAMClient,
  { roleName, policyName, action, resource }: Grant,
  during: () => Promise<Result>,
): Promise<Result> {
  const before = await readPolicy(iam, roleName, policyName);
  const write = (document: PolicyDocument) =>
    iam.send(
      new PutRolePolicyCommand({
        RoleName: roleName,
        PolicyName: policyName,
        PolicyDocument: JSON.stringify(document),
      }),
    );
  const rest = before.Statement.flatMap((statement) => lessOne(statement, action, resource));
  await write({ ...before, Statement: rest });
  return await during().finally(() => write(before));
}

/** Whether a request was allowed by this grant. */
export function allows(grant: Grant, decision: Decision): boolean {
  return (
    decision.allowed &&
    decision.action === grant.action &&
    decision.principal.includes(`:assumed-role/${grant.roleName}/`) &&
    matches(grant.resource, decision.resource)
  );
}

function matches(pattern: string, resource: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(resource);
}

async function readPolicy(iam: IAMClient, roleName: string, policyName: string): Promise<PolicyDocument> {
  const input = { RoleName: roleName, PolicyName: policyName };
  const { PolicyDocument: text = '{}' } = await iam.send(new GetRolePolicyCommand(input));
  return JSON.parse(decodeURIComponent(text)) as PolicyDocument;
}

function pairsOf({ Statement }: PolicyDocument): readonly Pick<Grant, 'action' | 'resource'>[] {
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, resource }))),
  );
}

/** The statement without the pair: what it says of other actions, and of the action on other resources. */
function lessOne(statement: Statement, action: string, resource: string): readonly Statement[] {
  const actions = [statement.Action].flat();
  const resources = [statement.Resource].flat();
  if (!actions.includes(action) || !resources.includes(resource)) return [statement];
  const otherActions = actions.filter((other) => other !== action);
  const otherResources = resources.filter((other) => other !== resource);
  return [
    ...(otherActions.length > 0 ? [{ ...statement, Action: otherActions }] : []),
    ...(otherResources.length > 0 ? [{ ...statement, Action: action, Resource: otherResources }] : []),
  ];
}
