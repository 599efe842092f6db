import { type AlarmStateValue, STATES } from './schemas.ts';

/**
 * The rule of a composite alarm: `ALARM("name")`, `OK(...)`, `INSUFFICIENT_DATA(...)`, `TRUE`, `FALSE`, combined with
 * `NOT`, `AND`, `OR` (binding in that order) and parentheses. Names may be quoted, bare, or ARNs.
 *
 * Source: CloudWatch API reference, PutCompositeAlarm, AlarmRule. `AT_LEAST` is not supported and is refused.
 */
export interface AlarmRule {
  /** The alarms that the rule reads, by name, in the order of their first mention. */
  readonly children: readonly string[];
  readonly evaluate: (stateOf: (alarmName: string) => AlarmStateValue) => boolean;
}

export class AlarmRuleError extends Error {
  override readonly name = 'AlarmRuleError';
}

type Node = AlarmRule['evaluate'];

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|([()])|([^\s()"]+))/y;

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

/** @throws AlarmRuleError for a rule that does not parse, with the reason */
export function parseAlarmRule(source: string): AlarmRule {
  const tokens = tokenize(source);
  const children = new Set<string>();
  let next = 0;

  const isNext = (text: string): boolean => tokens[next]?.quoted === false && tokens[next]?.text === text;
  const take = (): Token => {
    const token = tokens[next];
    if (token === undefined) throw malformed(source, 'it ends too early');
    next += 1;
    return token;
  };
  const expect = (text: string): void => {
    if (!isNext(text)) throw malformed(source, `expected ${text}, found ${tokens[next]?.text ?? 'the end'}`);
    next += 1;
  };

  const or = (): Node => {
    let left = and();
    while (isNext('OR')) {
      next += 1;
      const [a, b] = [left, and()];
      left = (stateOf) => a(stateOf) || b(stateOf);
    }
    return left;
  };
  const and = (): Node => {
    let left = not();
    while (isNext('AND')) {
      next += 1;
      const [a, b] = [left, not()];
      left = (stateOf) => a(stateOf) && b(stateOf);
    }
    return left;
  };
  const not = (): Node => {
    if (!isNext('NOT')) return primary();
    next += 1;
    const operand = not();
    return (stateOf) => !operand(stateOf);
  };
  const primary = (): Node => {
    const { text, quoted } = take();
    if (quoted) throw malformed(source, `"${text}" stands alone; write ALARM("${text}")`);
    if (text === 'TRUE') return () => true;
    if (text === 'FALSE') return () => false;
    if (text === '(') {
      const inner = or();
      expect(')');
      return inner;
    }
    const state = STATES.find((each) => each === text);
    if (state === undefined) throw malformed(source, `${text} is not supported here`);
    expect('(');
    const child = alarmNameOf(bareOrQuotedName());
    expect(')');
    children.add(child);
    return (stateOf) => stateOf(child) === state;
  };
  // A bare name may hold spaces: everything up to the closing parenthesis belongs to it.
  const bareOrQuotedName = (): string => {
    const first = take();
    if (first.quoted) return first.text;
    const words = [first.text];
    while (!isNext(')')) words.push(take().text);
    if (words.some((word) => word === '(' || word === ')'))
      throw malformed(source, 'an alarm name is missing');
    return words.join(' ');
  };

  const evaluate = or();
  if (next < tokens.length) throw malformed(source, `unexpected ${tokens[next]?.text}`);
  return { children: [...children], evaluate };
}

/** The name in `arn:aws:cloudwatch:region:account:alarm:name`, or the text itself if it is not an alarm's ARN. */
export function alarmNameOf(nameOrArn: string): string {
  return /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== '') {
    const match = TOKEN.exec(source);
    if (match === null) throw malformed(source, 'a quotation mark is never closed');
    const [, quotedText, parenthesis, word] = match;
    tokens.push(
      quotedText === undefined
        ? { text: parenthesis ?? word ?? '', quoted: false }
        : { text: quotedText.replaceAll(/\\(.)/g, '$1'), quoted: true },
    );
  }
  return tokens;
}

function malformed(source: string, why: string): AlarmRuleError {
  return new AlarmRuleError(`AlarmRule ${JSON.stringify(source)} is not understood: ${why}`);
}
