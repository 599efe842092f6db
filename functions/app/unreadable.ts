import { describeDenial } from '../core/denial.ts';
import { NotPermitted, ServiceError } from '../ports/errors.ts';

/** Why something could not be read, which says nothing about what was to be read. */
export interface Unreadable {
  readonly problem: string;
  /** The permission that the person who asks lacks. */
  readonly permission?: string;
}

/** The answer, or why there is none. A defect is thrown. */
export async function readOrSay<Answer>(
  read: () => Promise<Answer>,
): Promise<{ readonly answer: Answer } | { readonly unreadable: Unreadable }> {
  try {
    return { answer: await read() };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (!(error instanceof NotPermitted)) return { unreadable: { problem: error.message } };
    const { denial } = error;
    return { unreadable: { problem: describeDenial(denial), permission: denial.action } };
  }
}
