/**
 * Resolves the CloudFormation intrinsic functions that alarms of a synthesized template use, to the extent that they
 * refer to other alarms or to values the caller knows.
 *
 * Source: CloudFormation template reference, intrinsic functions.
 */
export interface IntrinsicValues {
  /** What `Ref` gives for a logical id, a parameter or a pseudo parameter such as `AWS::Region`. */
  readonly ref: (name: string) => string | undefined;
  /** What `Fn::GetAtt` gives. */
  readonly getAtt: (logicalId: string, attribute: string) => string | undefined;
}

export class UnresolvedReferenceError extends Error {
  override readonly name = 'UnresolvedReferenceError';
}

/** @throws UnresolvedReferenceError naming the function that has no value here */
export function resolveIntrinsics(value: unknown, values: IntrinsicValues): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => resolveIntrinsics(each, values)).filter((each) => each !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first !== undefined && entries.length === 1 && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
    return resolveFunction(first[0], first[1], values);
  }
  const resolved = entries.map(([key, each]): [string, unknown] => [key, resolveIntrinsics(each, values)]);
  return Object.fromEntries(resolved.filter(([, each]) => each !== NO_VALUE));
}

/** `AWS::NoValue` takes away the property or list item that it stands for. */
const NO_VALUE = Symbol('AWS::NoValue');

function resolveFunction(name: string, argument: unknown, values: IntrinsicValues): unknown {
  if (name === 'Ref' && argument === 'AWS::NoValue') return NO_VALUE;
  if (name === 'Ref') return required(values.ref(String(argument)), name, argument);
  if (name === 'Fn::GetAtt') {
    const [logicalId, ...attribute] = Array.isArray(argument)
      ? argument.map(String)
      : String(argument).split('.');
    return required(values.getAtt(logicalId ?? '', attribute.join('.')), name, argument);
  }
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    return argument[1].map((part) => String(resolveIntrinsics(part, values))).join(String(argument[0]));
  }
  if (name === 'Fn::Sub') return substitute(argument, values);
  throw new UnresolvedReferenceError(`${name} is not supported: ${JSON.stringify(argument)}`);
}

function substitute(argument: unknown, values: IntrinsicValues): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const given = resolveIntrinsics(variables ?? {}, values) as Readonly<Record<string, unknown>>;
  return String(template).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(given, name)) return String(given[name]);
    const [logicalId, ...attribute] = name.split('.');
    const value =
      attribute.length === 0 ? values.ref(name) : values.getAtt(logicalId ?? '', attribute.join('.'));
    return required(value, 'Fn::Sub', name);
  });
}

function required(value: string | undefined, name: string, argument: unknown): string {
  if (value === undefined)
    throw new UnresolvedReferenceError(`${name} ${JSON.stringify(argument)} has no value here`);
  return value;
}
