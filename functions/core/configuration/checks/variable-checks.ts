import type { DocumentPath, Finding } from '../problem.ts';
import { NO_VARIABLES, variableIn } from '../remedies.ts';

/** Text for people, which may contain anything. */
const FOR_PEOPLE = new Set(['message', 'name']);

/**
 * Variables in texts that the schema accepts, such as a tag's value: they would be taken literally, and match nothing.
 */
export function checkVariables(value: unknown, path: DocumentPath = []): readonly Finding[] {
  if (typeof value === 'string') {
    const variable = FOR_PEOPLE.has(String(path.at(-1))) ? undefined : variableIn(value);
    if (variable === undefined) return [];
    return [
      {
        severity: 'warning',
        code: 'unexpanded-variable',
        path,
        value,
        message: `\`${variable}\` is taken literally`,
        remedy: NO_VARIABLES,
      },
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    checkVariables(part, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
