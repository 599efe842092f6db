import { resolveIntrinsics } from '../../../local/alarms/intrinsics.ts';
import { ACCOUNT, REGION, topicArn } from '../../../local/embedded/cloudformation/stack-resources.ts';
import type {
  CloudFormationTemplate,
  TemplateResource,
} from '../../../local/embedded/cloudformation/synthesize.ts';
import type { PolicyDocument } from '../policy-document.ts';
import { APPROVERS_TOPIC, LINK_KEY, TABLE, TOPICS_KEY } from './questions/records-and-messages.ts';

/** The policies that stacks give each of their functions, which can be changed while it is deployed. */
export interface RolePolicies {
  /** Names of the roles. */
  readonly roles: readonly string[];
  /** The role that a function works under; it throws Error for one without. */
  readonly roleOf: (functionName: string) => string;
  readonly documents: (role: string) => readonly PolicyDocument[];
  /** Replaces each document of a role while `during` runs. */
  readonly changed: <Result>(
    role: string,
    change: (document: PolicyDocument) => PolicyDocument,
    during: () => Promise<Result>,
  ) => Promise<Result>;
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
};

/** @param templates by the names of their stacks, with which the roles' names begin */
export function rolePoliciesOf(
  templates: Readonly<Record<string, CloudFormationTemplate | undefined>>,
): RolePolicies {
  const stacks = Object.entries(templates).map(([stackName, template]) => rolesIn(stackName, template ?? {}));
  const roleOf = new Map(stacks.flatMap((stack) => [...stack.roleOf]));
  const policies = stacks.flatMap((stack) => stack.policies);
  let documents = Map.groupBy(policies, ({ role }) => role);
  const roles = [...new Set(roleOf.values())];
  return {
    roles,
    roleOf: (functionName) => {
      const role = roleOf.get(functionName);
      if (role === undefined) throw new Error(`${functionName} has no role`);
      return role;
    },
    documents: (role) => (documents.get(role) ?? []).map(({ document }) => document),
    changed: async (role, change, during) => {
      const before = documents;
      const own = (before.get(role) ?? []).map((policy) => ({
        ...policy,
        document: change(policy.document),
      }));
      documents = new Map([...before, [role, own]]);
      return await during().finally(() => {
        documents = before;
      });
    },
  };
}

function rolesIn(stackName: string, { Resources = {} }: CloudFormationTemplate) {
  const entries = Object.entries(Resources);
  const ofType = (...types: readonly string[]) => entries.filter(([, { Type }]) => types.includes(Type));
  const roleOf = ofType('AWS::Lambda::Function').map(
    ([, { Properties = {} }]) =>
      [
        String(Properties['FunctionName']),
        `${stackName}-${(Properties['Role'] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]}`,
      ] as const,
  );
  const policies = ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').map(([, resource]) =>
    attached(stackName, resource),
  );
  return { roleOf, policies };
}

function attached(stackName: string, { Properties = {} }: TemplateResource) {
  const [role] = Properties['Roles'] as readonly { readonly Ref: string }[];
  const document = resolveIntrinsics(withoutImports(Properties['PolicyDocument']), {
    ref: (name) => PSEUDO[name] ?? known(name),
    getAtt: (logicalId, attribute) => known(`${logicalId}.${attribute}`),
  }) as PolicyDocument;
  return { role: `${stackName}-${role?.Ref}`, document };
}

/** What functions send requests about, besides targets. About anything else that policies refer to, nothing is asked here. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/Records[\dA-F]{8}/, TABLE],
  [/TopicsArchitect[\dA-F]{8}/, topicArn('selfheal-architect')],
  [/TopicsSoc[\dA-F]{8}/, topicArn('selfheal-soc')],
  [/^Approvers[\dA-F]{8}/, APPROVERS_TOPIC],
  [/TopicsKey[\dA-F]{8}/, TOPICS_KEY],
  [/^LinkKey[\dA-F]{8}/, LINK_KEY],
];

function known(reference: string): string {
  return KNOWN.find(([pattern]) => pattern.test(reference))?.[1] ?? `<${reference}>`;
}

/** What other stacks export. */
function withoutImports(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) => {
    const name = (each as { 'Fn::ImportValue'?: unknown } | null)?.['Fn::ImportValue'];
    return name === undefined ? each : known(String(name));
  });
}
