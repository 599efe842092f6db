import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

/** An id of an event. Some tools write numbers, such as that of a run. */
export const eventId = () =>
  z.pipe(
    z.union([z.string(), z.number()], { error: 'a text' }),
    z.transform((id) => String(id).toWellFormed()),
  );

/**
 * An id only tells events apart, so no event is lost for it: one that does not fit is replaced by its SHA-256, in
 * hexadecimal.
 *
 * @param fits what goes into keys, names and parameters as it is
 */
export function fittingId(id: string, fits: RegExp): string {
  return fits.test(id) ? id : createHash('sha256').update(id).digest('hex');
}
