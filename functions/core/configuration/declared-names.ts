import * as z from 'zod/mini';
import { PROTECTED_TREES, protectionOf } from '../actions/protected-directories.ts';
import { PATH, PATH_CHARACTERS, SYSTEMD_UNIT } from '../actions/value-rules.ts';

const isOwnFunction = z.refine<string>((name) => !name.startsWith('selfheal-'), {
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

/** A function of this account and region, by an alias that its callers use. */
export const lambdaAlias = z.string().check(
  z.regex(/^[A-Za-z0-9_-]{1,64}:(?!\d+$)[A-Za-z0-9_-]{1,128}$/, {
    error: 'the name of a Lambda function of this account and region, and of its alias: `orders:live`',
  }),
  isOwnFunction,
);

/** A service of ECS, with its cluster. */
export const ecsService = z.string().check(
  z.regex(/^[A-Za-z][A-Za-z0-9_-]{0,254}\/[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/, {
    error: 'the names of a cluster of this account and region, and of its service: `production/orders`',
  }),
);

/** Its name alone would not do: permissions are granted by the ARN. */
export const targetGroup = z.string().check(
  z.regex(
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/,
    {
      error:
        'the ARN of a target group: `arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef`',
    },
  ),
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
