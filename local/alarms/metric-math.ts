/**
 * The part of CloudWatch's metric math that alarms on rates need: `+ - * /`, comparisons, `AND`/`OR`, parentheses,
 * `IF(condition, a, b)` and `FILL(metric, number)`. Anything else is refused when the expression is parsed.
 *
 * Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics".
 */
export type Expression = (read: (id: string) => number | undefined) => number | undefined;

export interface ParsedExpression {
  readonly ids: ReadonlySet<string>;
  /** The expression's value in one period; `undefined` is a missing data point, also after a division by zero. */
  readonly evaluate: Expression;
}

export class MetricMathError extends Error {
  override readonly name = 'MetricMathError';
}

type Operator = (a: number, b: number) => number;

// Loosest first. Comparisons give 1 or 0, as in CloudWatch.
const PRECEDENCE: readonly Readonly<Record<string, Operator>>[] = [
  { OR: (a, b) => Number(a !== 0 || b !== 0), '||': (a, b) => Number(a !== 0 || b !== 0) },
  { AND: (a, b) => Number(a !== 0 && b !== 0), '&&': (a, b) => Number(a !== 0 && b !== 0) },
  {
    '<': (a, b) => Number(a < b),
    '<=': (a, b) => Number(a <= b),
    '>': (a, b) => Number(a > b),
    '>=': (a, b) => Number(a >= b),
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
];

const TOKEN = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|([A-Za-z][A-Za-z0-9_]*)|(<=|>=|==|!=|&&|\|\||[-+*/()<>,]))/y;

/** @throws MetricMathError with the position, for anything outside the supported part */
export function parseExpression(source: string): ParsedExpression {
  const tokens = tokenize(source);
  const ids = new Set<string>();
  let next = 0;

  const peek = (): string | undefined => tokens[next];
  const take = (expected?: string): string => {
    const token = tokens[next];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw unsupported(source, `expected ${expected ?? 'a value'}, found ${token ?? 'the end'}`);
    }
    next += 1;
    return token;
  };

  const binary = (level: number): Expression => {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    for (let token = peek(); token !== undefined && Object.hasOwn(operators, token); token = peek()) {
      const operator = operators[take()];
      const [a, b] = [left, binary(level + 1)];
      left = (read) => apply(operator, a(read), b(read));
    }
    return left;
  };

  const unary = (): Expression => {
    const token = take();
    if (token === '-') {
      const operand = unary();
      return (read) => apply((a) => -a, operand(read), 0);
    }
    if (token === '(') {
      const inner = binary(0);
      take(')');
      return inner;
    }
    if (/^[\d.]/.test(token)) return () => Number(token);
    if (peek() === '(') return call(token);
    if (!/^[a-z]/.test(token)) throw unsupported(source, `unexpected ${token}`);
    ids.add(token);
    return (read) => read(token);
  };

  const call = (name: string): Expression => {
    take('(');
    const args = [binary(0)];
    while (peek() === ',') {
      take(',');
      args.push(binary(0));
    }
    take(')');
    const [first, second, third] = args;
    if (name === 'IF' && first && second && third && args.length === 3) {
      return (read) => {
        const condition = first(read);
        return condition === undefined ? undefined : (condition !== 0 ? second : third)(read);
      };
    }
    if (name === 'FILL' && first && second && args.length === 2) {
      return (read) => first(read) ?? second(read);
    }
    throw unsupported(source, `${name} with ${args.length} argument(s) is not supported`);
  };

  const evaluate = binary(0);
  if (next < tokens.length) throw unsupported(source, `unexpected ${tokens[next]}`);
  return { ids, evaluate };
}

function apply(
  operator: Operator | undefined,
  a: number | undefined,
  b: number | undefined,
): number | undefined {
  if (operator === undefined || a === undefined || b === undefined) return undefined;
  const result = operator(a, b);
  return Number.isFinite(result) ? result : undefined;
}

function tokenize(source: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null) throw unsupported(source, `unexpected "${source.slice(at).trim()[0]}" at ${at}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

function unsupported(source: string, why: string): MetricMathError {
  return new MetricMathError(
    `Expression ${JSON.stringify(source)}: ${why}. Supported here: + - * / comparisons AND OR ( ) IF(c, a, b) FILL(m, number)`,
  );
}
