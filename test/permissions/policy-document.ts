export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: unknown;
  /** By operator and key. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PolicyDocument {
  readonly Statement: readonly Statement[];
}

export interface Pair {
  readonly action: string;
  /** An ARN, with or without wildcards, or `*`. */
  readonly resource: string;
}

export function allowedPairs({ Statement }: PolicyDocument): readonly Pair[] {
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, resource }))),
  );
}

/** The policy with all that it says of other actions, and of the action on other resources, if one is named. */
export function withoutPair(
  document: PolicyDocument,
  pair: Pick<Pair, 'action'> & Partial<Pair>,
): PolicyDocument {
  return { ...document, Statement: document.Statement.flatMap((statement) => lessOne(statement, pair)) };
}

export function isMatched(pattern: string, resource: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(resource);
}

function lessOne(statement: Statement, { action, resource }: Partial<Pair>): readonly Statement[] {
  const actions = [statement.Action].flat();
  const resources = [statement.Resource].flat();
  if (!actions.some((one) => one === action)) return [statement];
  if (resource !== undefined && !resources.includes(resource)) return [statement];
  const otherActions = actions.filter((other) => other !== action);
  const otherResources = resource === undefined ? [] : resources.filter((other) => other !== resource);
  return [
    ...(otherActions.length > 0 ? [{ ...statement, Action: otherActions }] : []),
    ...(otherResources.length > 0 && action !== undefined
      ? [{ ...statement, Action: action, Resource: otherResources }]
      : []),
  ];
}
