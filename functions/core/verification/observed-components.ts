import type { AlarmBinding, CompiledConfiguration } from '../configuration/compiled.ts';
import { allPeers, type RegisteredPeer } from '../watchdog/peer.ts';

/** An alarm that says how a component is. */
export type NamedAlarm = AlarmBinding & { readonly name: string };

/** By component. Alarms of severity INFO are only seen: what they say counts for nothing. */
export function alarmsByComponent({
  alarms,
}: Pick<CompiledConfiguration, 'alarms'>): ReadonlyMap<string, readonly NamedAlarm[]> {
  const named = Object.entries(alarms).map(([name, binding]): NamedAlarm => ({ name, ...binding }));
  return Map.groupBy(
    named.filter(({ severity }) => severity !== 'INFO'),
    ({ component }) => component,
  );
}

/** What all of some texts begin with; empty if there is nothing, or no text. */
export function commonPrefix([first = '', ...others]: readonly string[]): string {
  return others.reduce((prefix, text) => {
    let length = 0;
    while (length < prefix.length && prefix[length] === text[length]) length += 1;
    return prefix.slice(0, length);
  }, first);
}

/** Names of the peers that say how a component is; none while the watchdog is off. */
export function peersOf(
  configuration: CompiledConfiguration,
  component: string,
  registered: readonly RegisteredPeer[] = [],
): readonly string[] {
  if (!configuration.watchdog.enabled) return [];
  return allPeers(configuration, registered).flatMap((peer) =>
    peer.component === component ? [peer.name] : [],
  );
}
