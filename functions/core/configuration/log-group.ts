import * as z from 'zod/mini';

/** A log group of this account and region. */
export const logGroup = z.string().check(
  z.regex(/^[A-Za-z0-9_./#-]{1,512}$/, {
    error: 'the name of a log group of this account and region, such as `/ecs/orders`',
  }),
);
