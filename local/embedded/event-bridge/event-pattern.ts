import { type EventFields, fieldsOf, type Membership, together } from './event-fields.ts';
import { compileElement, InvalidPattern, type ValueTest } from './pattern-operators.ts';

/** Whether an event matches a rule's pattern. */
export type EventTest = (event: object) => boolean;

interface FieldTest {
  readonly tests: readonly ValueTest[];
  /** Set by `exists`. */
  readonly mayBeAbsent: boolean;
  readonly mayBePresent: boolean;
}

/** The tests that an event must pass, with their paths. */
type Alternative = ReadonlyMap<string, FieldTest>;
type PathTest = readonly [path: string, test: FieldTest];

const MAXIMUM_CHARACTERS = 2_048;
/** The combinations of nested and adjacent `$or`. */
const MAXIMUM_ALTERNATIVES = 1_000;

/**
 * Compiles an event pattern, which matches as aws/event-ruler does. All fields must match, each with one element of its
 * list; fields in objects of one list must match in the same object. Operators look at leaves only: `{"exists": false}`
 * also holds where the field is an object with fields of its own.
 *
 * @param pattern as CloudFormation has it
 * @throws InvalidPattern for anything that is not supported here
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function compilePattern(pattern: unknown, place = 'EventPattern'): EventTest {
  const characters = JSON.stringify(pattern)?.length ?? 0;
  if (characters > MAXIMUM_CHARACTERS)
    throw new InvalidPattern(`${place}: ${characters} characters, ${MAXIMUM_CHARACTERS} are allowed`);
  const alternatives = alternativesOf(pattern, '', place, [new Map()]);
  const steps = new Set(alternatives.flatMap((each) => [...each.keys()].flatMap((path) => path.split('.'))));
  // The alphabetical order of fields decides in which object of a list later fields are looked up.
  const sorted = alternatives.map((each) => [...each].toSorted(byPath));
  const atTheTop = alternatives.map((each) => [...each].filter(([path]) => !path.includes('.')));
  return (event) => {
    // Most rules turn most events down by source or detail type: no need to take those apart.
    if (atTheTop.every((tests) => tests.some((each) => isRuledOut(event, each)))) return false;
    const fields = fieldsOf(event, steps);
    return sorted.some((tests) => matches(tests, fields, 0, new Map()));
  };
}

/** Whether a field at the top of an event has a value of its own that its test does not accept. */
function isRuledOut(event: object, [path, { mayBePresent, tests }]: PathTest): boolean {
  const value = (event as Readonly<Record<string, unknown>>)[path];
  if (value === undefined || typeof value === 'object') return false;
  return !mayBePresent && !tests.some((test) => test(value));
}

function byPath([one]: PathTest, [other]: PathTest): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Whether the tests from one on hold, of fields that are in the same objects of lists as those before. */
function matches(
  tests: readonly PathTest[],
  fields: EventFields,
  index: number,
  membership: Membership,
): boolean {
  const [path, test] = tests[index] ?? [];
  if (path === undefined || test === undefined) return true;
  const there = (fields.get(path) ?? []).flatMap(({ value, membership: own }) => {
    const both = together(membership, own);
    return both === undefined ? [] : [{ value, both }];
  });
  if (there.length === 0) return test.mayBeAbsent && matches(tests, fields, index + 1, membership);
  return there.some(
    ({ value, both }) =>
      (test.mayBePresent || test.tests.some((each) => each(value))) &&
      matches(tests, fields, index + 1, both),
  );
}

/** The alternatives so far, extended by the fields of one object of a pattern. */
function alternativesOf(
  pattern: unknown,
  path: string,
  place: string,
  before: readonly Alternative[],
): readonly Alternative[] {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern))
    throw new InvalidPattern(
      `${place}: ${JSON.stringify(pattern)} is neither a list nor an object of fields`,
    );
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidPattern(`${place}: an empty pattern`);
  let alternatives = before;
  for (const [key, value] of entries) {
    const where = `${place}.${key}`;
    const inner = path === '' ? key : `${path}.${key}`;
    if (key === '$or') alternatives = branched(value, path, where, alternatives);
    else if (Array.isArray(value))
      alternatives = withField(alternatives, inner, compileLeaf(value, where), where);
    else alternatives = alternativesOf(value, inner, where, alternatives);
  }
  return alternatives;
}

function branched(
  value: unknown,
  path: string,
  place: string,
  before: readonly Alternative[],
): readonly Alternative[] {
  if (!Array.isArray(value) || value.length < 2)
    throw new InvalidPattern(`${place}: needs a list of at least two patterns`);
  const alternatives = value.flatMap((each, index) =>
    alternativesOf(each, path, `${place}[${index}]`, before),
  );
  if (alternatives.length > MAXIMUM_ALTERNATIVES)
    throw new InvalidPattern(
      `${place}: ${alternatives.length} combinations, ${MAXIMUM_ALTERNATIVES} are allowed`,
    );
  return alternatives;
}

/** For the same field inside and next to an `$or`, EventBridge would use only the last. */
function withField(
  alternatives: readonly Alternative[],
  path: string,
  test: FieldTest,
  place: string,
): readonly Alternative[] {
  return alternatives.map((each) => {
    if (each.has(path)) throw new InvalidPattern(`${place}: ${path} comes twice`);
    return new Map(each).set(path, test);
  });
}

function compileLeaf(elements: readonly unknown[], place: string): FieldTest {
  if (elements.length === 0) throw new InvalidPattern(`${place}: an empty list matches nothing`);
  return elements.map((element) => compileFieldTest(element, place)).reduce(either);
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
