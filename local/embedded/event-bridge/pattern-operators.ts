import * as z from 'zod';

/** A pattern that is refused; the message names the place and what is known. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern';
  readonly code = 'INVALID_EVENT_PATTERN';
}

/** Whether one value of a field matches. */
export type ValueTest = (value: unknown) => boolean;

const text = z.string();
const texts = z.union([text, z.array(text).min(1)]);
const caseless = z.strictObject({ 'equals-ignore-case': text });
const plainValue = z.union([z.string(), z.number()]);

const numeric = z
  .array(z.union([z.enum(['<', '<=', '=', '>', '>=']), z.number()]))
  .refine(
    (parts) =>
      [2, 4].includes(parts.length) &&
      parts.every((part, index) => (typeof part === 'number') === (index % 2 === 1)),
    { message: 'one or two of < <= = > >=, each with a number' },
  );

const excluded = z.union([
  plainValue,
  z.array(plainValue).min(1),
  z.strictObject({ prefix: texts }),
  z.strictObject({ suffix: texts }),
  z.strictObject({ wildcard: texts }),
  z.strictObject({ 'equals-ignore-case': texts }),
]);

/**
 * The operators for one value of a field.
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
    const wanted = wildcardPattern(text.parse(operand));
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
function wildcardPattern(wildcard: string): RegExp {
  if (wildcard.includes('**')) throw new InvalidPattern(`wildcard ${wildcard}: two asterisks in a row`);
  const parts = wildcard.match(/\\[*\\]|\*|[^*\\]+|\\/g) ?? [];
  const pattern = parts.map((part) => (part === '*' ? '.*' : literal(part.replace(/^\\([*\\])/, '$1'))));
  return new RegExp(`^${pattern.join('')}$`, 's');
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
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
