import * as z from 'zod/mini';

/** What a user's own function knows a target by. */
export const customTarget = z.string().check(
  z.regex(/^[A-Za-z0-9][A-Za-z0-9:/_.@+-]{0,254}$/, {
    error: 'a name or an ARN: letters, digits and : / _ . @ + -, 255 at most',
  }),
);
