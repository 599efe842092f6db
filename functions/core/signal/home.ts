import { normalized } from './event-values.ts';
import { alarmStateChange } from './signal-event.ts';

/** The account and region that Selfheal is deployed in. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

/**
 * What is wrong with the origin of an event; `undefined` if it is from this account and region, and about them. The rules
 * let no event of another account or region through; that check is for events that reach a function by another way. An
 * alarm of a monitoring account may watch the metrics of other accounts: their resources may have the names of those here.
 */
export function foreignProblem(event: unknown, home: Home): string | undefined {
  const fields = (typeof event === 'object' && event !== null ? event : {}) as Record<string, unknown>;
  const isHome = ([account, region]: Place) => account === home.account && region === home.region;
  const foreign = [[fields['account'], fields['region']] as const, ...alarmPlaces(fields)].find(
    (place) => !isHome(place),
  );
  if (foreign === undefined) return foreignMetric(fields, home);
  return `the event is from ${placeOf(...foreign)}, and Selfheal acts only on those from ${placeOf(home.account, home.region)}; stop forwarding it here`;
}

function foreignMetric(
  { source, detail }: Readonly<Record<string, unknown>>,
  home: Home,
): string | undefined {
  const parsed = source === 'aws.cloudwatch' ? alarmStateChange().safeParse(normalized(detail)) : undefined;
  const metrics = parsed?.data?.configuration?.metrics ?? [];
  const [watched] = otherAccounts(
    metrics.map(({ accountId }) => accountId),
    home.account,
  );
  if (watched === undefined) return undefined;
  return `the alarm watches a metric of account ${watched.slice(0, 32)}, and Selfheal acts only in account ${home.account}; deploy Selfheal in that account, too`;
}

/** Those that are known and not one's own, each once. */
export function otherAccounts(accounts: readonly (string | undefined)[], own: string): readonly string[] {
  return [...new Set(accounts)].filter((account) => account !== undefined && account !== own) as string[];
}

/** An account and a region, or what the event has in their place. */
type Place = readonly [account: unknown, region: unknown];

/** The accounts and regions of the alarms that an event of CloudWatch is about, by their ARNs. */
function alarmPlaces({ source, resources }: Readonly<Record<string, unknown>>): readonly Place[] {
  if (source !== 'aws.cloudwatch' || !Array.isArray(resources)) return [];
  return resources.flatMap((arn: unknown): readonly Place[] => {
    const [, region, account] = /^arn:[^:]*:cloudwatch:([^:]*):([^:]*):alarm:/.exec(String(arn)) ?? [];
    return region === undefined ? [] : [[account, region]];
  });
}

function placeOf(account: unknown, region: unknown): string {
  const named = (value: unknown) => (typeof value === 'string' ? value.slice(0, 32) : '(none)');
  return `account ${named(account)}, region ${named(region)}`;
}
