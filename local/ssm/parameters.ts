import type { DocumentContent, DocumentParameter } from './document-content.ts';
import { SsmError } from './protocol.ts';

/** Parameter values as SendCommand takes them: each a list, a `String` a list of one. */
export type ParameterValues = Record<string, string[]>;

/**
 * Checks what SendCommand was given against a document and adds the defaults.
 * @throws SsmError `InvalidParameters` for an unknown or missing parameter, a list where one value belongs, a value
 * outside allowedValues, or one that allowedPattern does not match (anywhere: SSM does not anchor it).
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
  if (parameter.type === 'String' && values.length !== 1) {
    throw new SsmError(
      'InvalidParameters',
      `Parameter "${name}" is a String and takes one value, not ${values.length}.`,
    );
  }
  for (const value of values) {
    if (parameter.allowedValues !== undefined && !parameter.allowedValues.includes(value)) {
      const allowed = parameter.allowedValues.join(', ');
      throw new SsmError(
        'InvalidParameters',
        `Parameter "${name}" has value "${value}" not found in [${allowed}].`,
      );
    }
    if (parameter.allowedPattern !== undefined && !new RegExp(parameter.allowedPattern).test(value)) {
      throw new SsmError(
        'InvalidParameters',
        `Parameter "${name}" has value "${value}" not matching ${parameter.allowedPattern}.`,
      );
    }
  }
}

/** Puts values where a text says `{{ name }}`, once: what a value itself contains is not replaced again. */
export function substitute(text: string, values: ParameterValues): string {
  return text.replace(
    /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g,
    (match, name: string) => values[name]?.join(',') ?? match,
  );
}
