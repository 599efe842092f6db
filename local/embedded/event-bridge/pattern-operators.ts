import * as z from 'zod';

/** A pattern that is refused; the message names the place and what is supported. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern';
  readonly code = 'INVALID_EVENT_PATTERN';
}

/** Whether one value of a field matches. */
export type ValueTest = (value: unknown) => boolean;

const text = z.string();
const caseless = z.strictObject({ 'equals-ignore-case': text });

const some = (value: typeof text) => z.union([value, z.array(value).min(1)]);
const wildcard = text.regex(/^(\*(?!\*)|\\[*\\]|[^*\\])*$/s, {
  error: 'a wildcard has no two * in a row, and \\ before * and \\ only',
});

const LARGEST_NUMBER = 5_000_000_000;
const number = z.number().min(-LARGEST_NUMBER).max(LARGEST_NUMBER);
const above = z.enum(['>', '>=']);
const below = z.enum(['<', '<=']);
const numeric = z.union([
  z.tuple([z.enum(['<', '<=', '=', '>', '>=']), number]),
  z.tuple([above, number, below, number]).refine(([, bottom, , top]) => bottom < top, {
    error: 'the lower limit must be below the upper one',
  }),
]);

const excluded = z.union([
  text,
  number,
  z.array(text).min(1),
  z.array(number).min(1),
  z.strictObject({ prefix: some(text.min(1)) }),
  z.strictObject({ suffix: some(text.min(1)) }),
  z.strictObject({ wildcard: some(wildcard) }),
  z.strictObject({ 'equals-ignore-case': some(text) }),
]);

/**
 * The operators for one value of a field, refused where aws/event-ruler refuses them.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
const OPERATORS: Readonly<Record<string, (operand: unknown) => ValueTest>> = {
  prefix: (operand) => affixTest(z.union([text, caseless]).parse(operand), 'startsWith'),
  suffix: (operand) => affixTest(z.union([text, caseless]).parse(operand), 'endsWith'),
  'equals-ignore-case': (operand) => {
    const wanted = text.parse(operand).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  },
  wildcard: (operand) => {
    const wanted = wildcardPattern(wildcard.parse(operand));
    return (value) => typeof value === 'string' && wanted.test(value);
  },
  numeric: (operand) => numericTest(numeric.parse(operand)),
  'anything-but': (operand) => anythingBut(excluded.parse(operand)),
};

/**
 * One element of a field's list: a value, or one operator.
 *
 * @throws InvalidPattern
 */
export function compileElement(element: unknown, place: string): ValueTest {
  if (element === null || ['string', 'number', 'boolean'].includes(typeof element)) {
    return (value) => value === element;
  }
  const [[name, operand] = ['', undefined], ...others] = Object.entries(element as object);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined || others.length > 0) {
    const known = [...Object.keys(OPERATORS), 'exists'].join(', ');
    throw new InvalidPattern(
      `${place}: ${JSON.stringify(element)} is not known here; ${known} are, one at a time`,
    );
  }
  try {
    return operator(operand);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new InvalidPattern(`${place}: ${JSON.stringify(element)}: ${z.prettifyError(error)}`, {
      cause: error,
    });
  }
}

function affixTest(
  operand: string | { readonly 'equals-ignore-case': string },
  method: 'startsWith' | 'endsWith',
): ValueTest {
  if (typeof operand === 'string') return (value) => typeof value === 'string' && value[method](operand);
  const wanted = operand['equals-ignore-case'].toLowerCase();
  return (value) => typeof value === 'string' && value.toLowerCase()[method](wanted);
}

/** `*` stands for any characters, `\*` for the asterisk itself. */
function wildcardPattern(operand: string): RegExp {
  const parts = operand.match(/\\[*\\]|\*|[^*\\]+/g) ?? [];
  const pattern = parts.map((part) => (part === '*' ? '.*' : literal(part.replace(/^\\([*\\])/, '$1'))));
  return new RegExp(`^${pattern.join('')}$`, 's');
}

function literal(part: string): string {
  return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function numericTest(parts: readonly (string | number)[]): ValueTest {
  const tests = [0, 2]
    .filter((index) => index < parts.length)
    .map((index) => {
      const limit = Number(parts[index + 1]);
      const operator = String(parts[index]);
      return (value: number) => {
        switch (operator) {
          case '<':
            return value < limit;
          case '<=':
            return value <= limit;
          case '>':
            return value > limit;
          case '>=':
            return value >= limit;
          default:
            return value === limit;
        }
      };
    });
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function anythingBut(operand: z.output<typeof excluded>): ValueTest {
  if (typeof operand !== 'object' || Array.isArray(operand)) {
    const values = [operand].flat();
    return (value) => !values.some((each) => each === value);
  }
  const [[name, list] = ['', '']] = Object.entries(operand);
  const tests = [list].flat().map((each) => OPERATORS[name]?.(each));
  return (value) => !tests.some((test) => test?.(value));
}
