import { RE2JS, RE2JSSyntaxException } from 're2js';

/**
 * The limits that an SSM document sets for the values of a parameter:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
export interface DocumentParameter {
  readonly type: 'String' | 'StringList';
  readonly default?: string | readonly string[] | undefined;
  readonly allowedPattern?: string | undefined;
  readonly allowedValues?: readonly string[] | undefined;
  readonly minChars?: number | undefined;
  readonly maxChars?: number | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
}

/**
 * Why the agent refuses a value of a parameter, or an element of a list; `undefined` if it accepts it. The agent is
 * written in Go: it compiles `allowedPattern` with RE2, matches it anywhere in the value, and counts characters in
 * UTF-8 bytes (amazon-ssm-agent, agent/framework/docparser/paramvalidator).
 */
export function valueFault(
  parameter: Omit<DocumentParameter, 'type' | 'default'> & { readonly type?: string },
  value: string,
): string | undefined {
  const { allowedPattern, allowedValues, minChars = 0, maxChars = Number.POSITIVE_INFINITY } = parameter;
  const bytes = new TextEncoder().encode(value).length;
  if (bytes < minChars) return `has ${bytes} characters, fewer than the minimum of ${minChars}`;
  if (bytes > maxChars) return `has ${bytes} characters, more than the maximum of ${maxChars}`;
  if (allowedValues !== undefined && !allowedValues.includes(value)) {
    return `is not one of ${allowedValues.join(', ')}`;
  }
  if (allowedPattern !== undefined && !compiled(allowedPattern).test(value)) {
    return `does not match ${allowedPattern}`;
  }
  return undefined;
}

/**
 * Why the agent cannot use a pattern at all, or why it would match more than it seems to; `undefined` if it is fine.
 */
export function patternFault(pattern: string): string | undefined {
  const fault = syntaxFault(pattern);
  if (fault !== undefined) return fault;
  return isAnchored(pattern) ? undefined : 'it is not anchored as a whole: write ^(…)$';
}

/** Why the agent cannot use a pattern at all; `undefined` if it can. */
export function syntaxFault(pattern: string): string | undefined {
  try {
    compiled(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return `RE2 refuses it: ${error.message}`;
    throw error;
  }
}

const patterns = new Map<string, RE2JS>();

function compiled(pattern: string): RE2JS {
  const known = patterns.get(pattern) ?? RE2JS.compile(pattern);
  patterns.set(pattern, known);
  return known;
}

/** Whether `^` and `$` hold for every alternative: in `^a|b$` each holds for one only. */
function isAnchored(pattern: string): boolean {
  if (!/^\^.*(?<!\\)(\\\\)*\$$/s.test(pattern)) return false;
  const outside = pattern.replaceAll(/\\./gs, '').replaceAll(/\[\^?\]?[^\]]*\]/g, '');
  let depth = 0;
  for (const character of outside) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === '|' && depth === 0) return false;
  }
  return true;
}
