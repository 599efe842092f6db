/** The part of a CloudFormation template to which quotas apply. */
export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

export interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have whatever shape CloudFormation gives them.
  readonly Properties?: Readonly<Record<string, any>>;
}

/** The longest that AWS has. */
const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-northeast-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com.cn',
};

/** Stands in for a name or ARN that is only known after deployment: as long as the ARN of a name of 64 characters. */
const GENERATED = 'x'.repeat(128);

/**
 * What CloudFormation hands to the service, as text: strings as they are, anything else as JSON without spaces. Values
 * that only the deployment knows are as long as they can get.
 */
export function longestText(value: unknown): string {
  const resolved = resolve(value);
  return typeof resolved === 'string' ? resolved : (JSON.stringify(resolved) ?? '');
}

function resolve(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name = '', operand] = []] = entries;
  if (entries.length !== 1) return Object.fromEntries(entries.map(([key, each]) => [key, resolve(each)]));
  switch (name) {
    case 'Ref':
      return PSEUDO_PARAMETERS[operand as string] ?? GENERATED;
    case 'Fn::Join': {
      const [separator, parts] = operand as [string, unknown[]];
      return parts.map((part) => longestText(part)).join(separator);
    }
    case 'Fn::GetAtt':
    case 'Fn::ImportValue':
    case 'Fn::Select':
    case 'Fn::Sub':
      return GENERATED;
    default:
      return { [name]: resolve(operand) };
  }
}
