import type { PublishedVersion } from './function-settings.ts';

/** An alias of a Lambda function, by which its callers reach one of its published versions. */
export interface AliasName {
  readonly functionName: string;
  readonly alias: string;
}

/** @param id `function:alias`, as the configuration has it */
export function aliasName(id: string): AliasName {
  const [functionName = '', alias = ''] = id.split(':');
  return { functionName, alias };
}

/** What an alias points to. */
export type AliasPointer = {
  readonly version: string;
  /** Versions that get a share of the requests beside it, each with the share, 0 to 1. */
  readonly weights: Readonly<Record<string, number>>;
};

/**
 * The version that has all requests although the alias points to another. Where an alias has provisioned concurrency,
 * Lambda itself gives such a weight to the version before until environments of the new one are ready, and leaves it
 * there if they cannot be made ready.
 */
export function heldVersion({ weights }: AliasPointer): string | undefined {
  return Object.entries(weights).find(([, share]) => share === 1)?.[0];
}

/**
 * Where an alias points after a rollback. While requests are shared between two versions, back is the older one: whichever
 * of the two the alias points to, and whatever its share, the newer one is being released. Otherwise it is the newest one
 * before it that still exists, unless the strategy names one.
 *
 * A version that an action published with other settings is passed over together with what it is a copy of: they have the
 * same code.
 *
 * @param published the function's versions, without `$LATEST`
 */
export function rolledBack(
  { version, weights }: AliasPointer,
  published: readonly Released[],
  named?: string,
): AliasPointer | { readonly problem: string } {
  const versions = published.map((one) => one.version);
  if (named !== undefined) {
    return versions.includes(named)
      ? { version: named, weights: {} }
      : { problem: `the function has no version ${named}; it has ${listed(versions)}` };
  }
  if (Object.keys(weights).length > 0) {
    const [older = version] = [version, ...Object.keys(weights)].sort(
      (one, other) => Number(one) - Number(other),
    );
    return { version: older, weights: {} };
  }
  if (!/^\d+$/.test(version))
    return { problem: `the alias points to ${version}, and only published versions have one before them` };
  const current = published.find((one) => one.version === version);
  const isSame = ({ settings }: Released) =>
    current?.isCopy === true && settings.rest === current.settings.rest;
  const earlier = published
    .filter((one) => Number(one.version) < Number(version) && !isSame(one))
    .map((one) => Number(one.version));
  if (earlier.length > 0) return { version: String(Math.max(...earlier)), weights: {} };
  const other = current?.isCopy === true ? ' with other code' : '';
  return { problem: `no version${other} before ${version} is left; the function has ${listed(versions)}` };
}

type Released = Pick<PublishedVersion, 'version' | 'isCopy'> & {
  readonly settings: Pick<PublishedVersion['settings'], 'rest'>;
};

const LISTED_AT_MOST = 10;

function listed(published: readonly string[]): string {
  const shown = published.slice(-LISTED_AT_MOST).join(', ');
  return published.length > LISTED_AT_MOST ? `…, ${shown}` : shown || 'none';
}

/** For people: `version 4`, or `version 4 and 10 % of version 5`. */
export function describePointer({ version, weights }: AliasPointer): string {
  const shares = Object.entries(weights).map(
    ([other, share]) => `${Math.round(share * 100)} % of version ${other}`,
  );
  return [`version ${version}`, ...shares].join(' and ');
}
