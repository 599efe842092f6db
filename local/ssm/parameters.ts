import { valueFault } from '../../functions/core/actions/document-parameter.ts';
import type { DocumentContent, DocumentParameter } from './document-content.ts';
import { SsmError } from './protocol.ts';

/** Parameter values in SendCommand's format: each a list, a `String` a list of one. */
export type ParameterValues = Record<string, string[]>;

/**
 * Checks the parameters of SendCommand against a document and adds the defaults.
 * @throws SsmError `InvalidParameters` for an unknown or missing parameter, a list where one value belongs, too many or
 * too few values, or a value that the agent would refuse.
 */
export function resolveParameters(content: DocumentContent, given: ParameterValues): ParameterValues {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(content.parameters, name)) {
      throw new SsmError('InvalidParameters', `Parameter "${name}" is not defined in the document.`);
    }
  }
  const resolved: ParameterValues = {};
  for (const [name, parameter] of Object.entries(content.parameters)) {
    const values = given[name] ?? defaultOf(parameter);
    if (values === undefined)
      throw new SsmError('InvalidParameters', `Parameter "${name}" requires a value.`);
    checkValues(name, parameter, values);
    resolved[name] = values;
  }
  return resolved;
}

function defaultOf(parameter: DocumentParameter): string[] | undefined {
  if (parameter.default === undefined) return undefined;
  return Array.isArray(parameter.default) ? parameter.default : [parameter.default];
}

function checkValues(name: string, parameter: DocumentParameter, values: string[]): void {
  const refuse = (fault: string): never => {
    throw new SsmError('InvalidParameters', `Parameter "${name}" ${fault}.`);
  };
  const { type, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = parameter;
  if (type === 'String' && values.length !== 1) {
    refuse(`is a String and takes one value, not ${values.length}`);
  }
  if (type === 'StringList' && (values.length < minItems || values.length > maxItems)) {
    refuse(`has ${values.length} values, and takes ${minItems} to ${maxItems}`);
  }
  for (const value of values) {
    const fault = valueFault(parameter, value);
    if (fault !== undefined) refuse(`has value "${value}", which ${fault}`);
  }
}

/**
 * Replaces `{{ name }}` in a text by values, as the agent does (parameters.go): a list as JSON, and with `$` in a value
 * as Go's ReplaceAllString expands it. What a value itself contains is not replaced again, which no allowed value has.
 */
export function substitute(text: string, values: ParameterValues, parameters: Parameters = {}): string {
  return text.replace(/\{\{\s*([A-Za-z0-9]+)\s*\}\}/g, (match, name: string) => {
    const given = values[name];
    if (given === undefined) return match;
    const isList = parameters[name]?.type === 'StringList';
    return expanded(isList ? goJson(given) : given.join(','), match);
  });
}

type Parameters = Readonly<Record<string, DocumentParameter>>;

/** Go's JSON, which escapes characters that are special in HTML. */
function goJson(values: readonly string[]): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(values).replaceAll(/[<>&\u2028\u2029]/g, escaped);
}

/** A replacement as Go's regexp expands it, of a match that has no groups: `$$` is `$`, `$0` the match, others nothing. */
function expanded(replacement: string, match: string): string {
  return replacement.replaceAll(
    /\$(\$|(\w+)|\{(\w+)\})/g,
    (_, whole: string, plain?: string, braced?: string) => {
      if (whole === '$') return '$';
      return (plain ?? braced) === '0' ? match : '';
    },
  );
}
