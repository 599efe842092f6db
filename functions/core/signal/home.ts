/** The account and region that Selfheal is deployed in. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

/**
 * What is wrong with the origin of an event; `undefined` if it is from this account and region. The rules let no other
 * through; this check is for events that reach a function by another way.
 */
export function foreignProblem(event: unknown, home: Home): string | undefined {
  const fields = (typeof event === 'object' && event !== null ? event : {}) as Record<string, unknown>;
  const isHome = ([account, region]: Place) => account === home.account && region === home.region;
  const foreign = [[fields['account'], fields['region']] as const, ...alarmPlaces(fields)].find(
    (place) => !isHome(place),
  );
  if (foreign === undefined) return undefined;
  return `the event is from ${placeOf(...foreign)}, and Selfheal acts only on those from ${placeOf(home.account, home.region)}; stop forwarding it here`;
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
