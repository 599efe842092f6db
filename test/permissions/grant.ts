import type { Decision } from '../../local/ministack/iam.ts';

/** One action on one resource that somebody is allowed, by a role's policy or by the resource's own. */
export interface Grant {
  /** The same in every deployment, and unique: who may do what on what. */
  readonly name: GrantName;
  /** Whether the decision is about what this grants, whatever was decided. */
  readonly covers: (decision: Decision) => boolean;
  /** Takes it away while `during` runs, and gives it back. */
  readonly without: <Result>(during: () => Promise<Result>) => Promise<Result>;
}

export interface GrantName {
  /** A role or a rule, as its construct is called. */
  readonly holder: string;
  readonly action: string;
  /** Without partition, region and account. */
  readonly resource: string;
}

export function describe({ holder, action, resource }: GrantName): string {
  return `${holder} ${action} ${resource}`;
}

/** Without what CloudFormation and the CDK add to a name to make it unique, and without region and account. */
export function nameIn(arn: string): string {
  return arn
    .replace(/^arn:aws:(\w+):[\w-]*:\d*:/, (_, service: string) =>
      /^(sns|sqs)$/.test(service) ? `${service}:` : '',
    )
    .replace(/key\/[\da-f-]{36}$/, 'key/*')
    .replace(/-?[\dA-F]{8,}(-\w+)?(?=$|:)/, '');
}
