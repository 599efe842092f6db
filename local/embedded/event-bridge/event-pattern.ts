import { compileElement, InvalidPattern, type ValueTest } from './pattern-operators.ts';

/** Whether an event matches a rule's pattern. */
export type EventTest = (event: object) => boolean;

interface FieldTest {
  readonly tests: readonly ValueTest[];
  /** Set by `exists`. */
  readonly mayBeAbsent: boolean;
  readonly mayBePresent: boolean;
}

/**
 * Compiles an event pattern. Fields must all match, of a field's list one element. As in EventBridge, operators look at
 * leaves only: `{"exists": false}` also holds where the field is an object with fields of its own.
 *
 * @param pattern as CloudFormation has it
 * @throws InvalidPattern for anything that is not known here
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function compilePattern(pattern: unknown, place = 'EventPattern'): EventTest {
  const test = compileNode(pattern, place);
  return (event) => test([event]);
}

/** Takes every value that stands at a node: there may be several where the event has a list of objects. */
type NodeTest = (values: readonly unknown[]) => boolean;

function compileNode(pattern: unknown, place: string): NodeTest {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern))
    throw new InvalidPattern(
      `${place}: ${JSON.stringify(pattern)} is neither a list nor an object of fields`,
    );
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidPattern(`${place}: an empty pattern`);
  const tests = entries.map(([key, value]): NodeTest => {
    const where = `${place}.${key}`;
    if (key === '$or') return compileAlternatives(value, where);
    const test = Array.isArray(value) ? compileLeaf(value, where) : compileNode(value, where);
    return (values) => test(values.flatMap((each) => fieldOf(each, key)));
  });
  // One object of a list must match as a whole.
  return (values) => {
    const candidates = values.length === 0 ? [undefined] : values;
    return candidates.some((candidate) =>
      tests.every((test) => test(candidate === undefined ? [] : [candidate])),
    );
  };
}

function compileAlternatives(value: unknown, place: string): NodeTest {
  if (!Array.isArray(value) || value.length < 2)
    throw new InvalidPattern(`${place}: needs a list of at least two patterns`);
  const tests = value.map((each, index) => compileNode(each, `${place}[${index}]`));
  return (values) => tests.some((test) => test(values));
}

function compileLeaf(elements: readonly unknown[], place: string): NodeTest {
  if (elements.length === 0) throw new InvalidPattern(`${place}: an empty list matches nothing`);
  const field = elements.map((element) => compileFieldTest(element, place)).reduce(either);
  return (values) => {
    const leaves = values.filter((value) => typeof value !== 'object' || value === null);
    if (leaves.length === 0) return field.mayBeAbsent;
    return field.mayBePresent || leaves.some((leaf) => field.tests.some((test) => test(leaf)));
  };
}

function compileFieldTest(element: unknown, place: string): FieldTest {
  const exists = (element as { readonly exists?: unknown } | null)?.exists;
  if (exists === undefined)
    return { tests: [compileElement(element, place)], mayBeAbsent: false, mayBePresent: false };
  if (typeof exists !== 'boolean' || Object.keys(element as object).length > 1)
    throw new InvalidPattern(`${place}: exists takes true or false, and stands alone`);
  return { tests: [], mayBeAbsent: !exists, mayBePresent: exists };
}

function either(one: FieldTest, other: FieldTest): FieldTest {
  return {
    tests: [...one.tests, ...other.tests],
    mayBeAbsent: one.mayBeAbsent || other.mayBeAbsent,
    mayBePresent: one.mayBePresent || other.mayBePresent,
  };
}

/** The values of a field, those of lists one by one. */
function fieldOf(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return [];
  return elements((value as Readonly<Record<string, unknown>>)[key]);
}

function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flatMap(elements) : [value];
}
