import * as z from 'zod/mini';
import { PROTECTED_TREES, protectionOf } from '../actions/protected-directories.ts';
import { PATH, PATH_CHARACTERS, SYSTEMD_UNIT } from '../actions/value-rules.ts';

/** Functions of the engine are no function of the user's. */
export const isOwnFunction = z.refine<string>((name) => !name.startsWith('selfheal-'), {
  error: 'a function of your own: names that begin with `selfheal-` are the engine’s',
  params: { code: 'invalid-name' },
});

/** A Lambda function of this account and region, with an alias or version if it must not change unnoticed. */
export const functionName = z.string().check(
  z.regex(/^[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?$/, {
    error: 'the name of a Lambda function of this account and region, with or without an alias: `name:live`',
  }),
  isOwnFunction,
);

export const systemdUnit = z.string().check(
  z.regex(new RegExp(`^${SYSTEMD_UNIT}$`), {
    error: ({ input }) =>
      String(input).endsWith('@.service')
        ? 'a unit that can be started: a template needs an instance, such as cache@main.service'
        : 'a systemd unit with its suffix, such as nginx.service',
  }),
);

const FORBIDDEN_IN_TAGS = /[*?,]/;

/** A tag key or value; wildcards are refused, because an empty or wildcard selector must never mean "everything". */
export const tagText = (maximum: number) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(maximum),
    z.refine((text) => !FORBIDDEN_IN_TAGS.test(text), {
      error: 'no wildcard, comma or empty text: name the tag exactly',
      params: { code: 'wildcard-selector' },
    }),
  );

/** An absolute, normalised file path of safe characters. */
export const absolutePath = z.string().check(
  z.maxLength(PATH_CHARACTERS),
  z.regex(new RegExp(`^${PATH}$`), { error: 'an absolute path of letters, digits and _ @ . + -' }),
  z.refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), {
    error: 'a path without . and .. parts',
  }),
);

/** Of the system's own directories, only this one has files of services. */
const SETTINGS = '/etc';

const treeOf = (path: string) =>
  PROTECTED_TREES.find((tree) => tree !== SETTINGS && path.startsWith(`${tree}/`));

/** A file that actions may replace, because it is not the system's. */
export const fileOfService = (example: string) =>
  absolutePath.check(
    z.refine((path) => treeOf(path) === undefined, {
      error: ({ input }) =>
        `a file of the service’s own, such as ${example}: ${String(input)} belongs to ${treeOf(String(input))}`,
      params: { code: 'protected-directory' },
    }),
  );

/** A directory that actions may replace, or write in, because it is a service's own. */
export const directoryOf = (what: string, example: string) =>
  absolutePath.check(
    z.refine((path) => protectionOf(path) === undefined, {
      error: ({ input }) => `${what}, such as ${example}: ${String(input)} ${protectionOf(String(input))}`,
      params: { code: 'protected-directory' },
    }),
  );
