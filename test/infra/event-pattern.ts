import { HOME } from './sample-events.ts';

/** What CloudFormation puts in their place. */
const PSEUDO_PARAMETERS: ReadonlyMap<string, unknown> = new Map([
  ['AWS::AccountId', HOME.account],
  ['AWS::Region', HOME.region],
]);

/**
 * An independent reading of EventBridge's event patterns, as far as the rules use them. Comparisons look at leaves only:
 * an object is never equal to anything and, to `exists`, not there.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matches(pattern: object, event: unknown): boolean {
  return Object.entries(pattern).every(([key, expected]: [string, unknown]) => {
    const actual = isRecord(event) ? event[key] : undefined;
    return Array.isArray(expected) ? matchesLeaf(expected, actual) : matches(expected as object, actual);
  });
}

function matchesLeaf(expected: readonly unknown[], actual: unknown): boolean {
  const leaves = (Array.isArray(actual) ? actual : [actual]).filter(
    (leaf) => leaf !== undefined && !isRecord(leaf),
  );
  return expected.some((one) => matchesOne(one, leaves));
}

function matchesOne(expected: unknown, leaves: readonly unknown[]): boolean {
  if (!isRecord(expected)) return leaves.includes(expected);
  const [operator, operand] = Object.entries(expected)[0] ?? [];
  switch (operator) {
    case 'Ref':
      return leaves.includes(PSEUDO_PARAMETERS.get(String(operand)));
    case 'exists':
      return leaves.length > 0 === operand;
    case 'prefix':
      return leaves.some((leaf) => typeof leaf === 'string' && leaf.startsWith(String(operand)));
    case 'anything-but':
      return leaves.some((leaf) => !(Array.isArray(operand) ? operand : [operand]).includes(leaf));
    default:
      throw new Error(`operator ${operator} is not understood here`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
