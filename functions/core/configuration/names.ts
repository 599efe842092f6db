import * as z from 'zod/mini';

/** Records are looked up by name, and `constructor` would find a property that every object has. */
const RESERVED = 'constructor';
const isFree = (name: string) => name !== RESERVED;
const IS_RESERVED = { error: `a name other than \`${RESERVED}\``, params: { code: 'invalid-name' } };

/** Names that become part of resource names, keys and document parameters. */
export const componentName = z.string().check(
  z.regex(/^[a-z][a-z0-9-]{0,62}$/, {
    error: 'a lower-case letter, then letters, digits or hyphens, 63 at most',
  }),
  z.refine(isFree, IS_RESERVED),
);

/** For `refine` on a list. */
export const isWithoutRepetition = (values: readonly unknown[]) => new Set(values).size === values.length;

export const NO_REPETITION = { error: 'each entry once', params: { code: 'repeated-value' } };

export const metricName = z.string().check(
  z.regex(/^[a-z][a-z0-9_.-]{0,62}$/, {
    error: 'a lower-case letter, then letters, digits, `_`, `.` or `-`, 63 at most',
  }),
  z.refine(isFree, IS_RESERVED),
);

/** As SendCommand accepts it: an id of another length would be refused during an incident. */
export const instanceId = z.string().check(
  z.regex(/^(i-([0-9a-f]{8}|[0-9a-f]{17})|mi-[0-9a-f]{17})$/, {
    error: 'an EC2 instance id (i-0123456789abcdef0) or a managed node id (mi-…)',
  }),
);

/** What a kind of text says is allowed. */
export function expectedBy(kind: z.ZodMiniString): string | undefined {
  return kind.safeParse('').error?.issues[0]?.message;
}
