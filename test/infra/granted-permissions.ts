import type { Template } from 'aws-cdk-lib/assertions';
import { asText, type Resource, resourcesOf } from './synthesized-stacks.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  /** By operator. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** One action on one resource, if a condition holds. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

/** What the policies attached to a role allow, as its logical id is. */
export function permissionsOf(template: Template, roleId: string): readonly Permission[] {
  return [...resourcesOf(template, 'AWS::IAM::Policy').values()]
    .filter(({ Properties }) => Properties['Roles'].some((role: { Ref: string }) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement as readonly Statement[])
    .flatMap(permissionsIn);
}

/** Logical id of the role that a function or state machine works under. */
export function roleOf({ Properties }: Resource): string {
  const role = Properties['Role'] ?? Properties['RoleArn'];
  return role['Fn::GetAtt'][0];
}

export function described({ action, resource, condition }: Permission): string {
  return `${action} on ${resource}${condition && ` if ${condition}`}`;
}

/** Equality goes without saying. */
function operatorPrefix(operator: string): string {
  return operator === 'StringEquals' ? '' : `${operator} `;
}

function permissionsIn(statement: Statement): readonly Permission[] {
  if (statement.Effect !== 'Allow') throw new Error(`not understood: ${JSON.stringify(statement)}`);
  const condition = Object.entries(statement.Condition ?? {})
    .flatMap(([operator, values]) =>
      Object.entries(values).map(([key, value]) => `${operatorPrefix(operator)}${key}=${value}`),
    )
    .join(' and ');
  const resources = Array.isArray(statement.Resource) ? statement.Resource : [statement.Resource];
  return [statement.Action]
    .flat()
    .flatMap((action) => resources.map((resource) => ({ action, resource: asText(resource), condition })));
}
