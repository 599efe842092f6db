import type { z } from 'zod';
import { type ApiErrorCode, CloudWatchError } from './errors.ts';

/**
 * Parses the input of an API call or a template resource.
 *
 * @param what the operation or resource that the message names, e.g. `PutMetricAlarm`
 * @throws CloudWatchError `MissingRequiredParameterException`, `ValidationException` (an unknown property)
 *   or `InvalidParameterValueException`, with the field and what is wrong with it
 */
export function parseInput<T extends z.ZodType>(what: string, schema: T, input: unknown): z.infer<T> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue === undefined) throw new CloudWatchError('ValidationException', `${what}: invalid input`);
  const field = issue.path.join('.') || '(input)';
  throw new CloudWatchError(codeOf(issue), `${what}: ${describe(issue, field)}`);
}

function codeOf(issue: z.core.$ZodIssue): ApiErrorCode {
  if (issue.code === 'unrecognized_keys') return 'ValidationException';
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'MissingRequiredParameterException';
  return 'InvalidParameterValueException';
}

function describe(issue: z.core.$ZodIssue, field: string): string {
  if (issue.code === 'unrecognized_keys') {
    const at = issue.path.length === 0 ? '' : ` in ${field}`;
    return `${issue.keys.join(', ')}${at} is not supported by the local CloudWatch; remove it`;
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) return `the parameter ${field} is required`;
  return `the value ${JSON.stringify(issue.input)} of ${field} is invalid: ${issue.message}`;
}
