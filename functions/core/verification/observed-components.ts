import type { AlarmBinding, CompiledConfiguration } from '../configuration/compiled.ts';
import type { Recovery } from '../signal/health-alert.ts';
import { allPeers, type RegisteredPeer } from '../watchdog/peer.ts';

/** An alarm that observes a component. */
export type NamedAlarm = AlarmBinding & { readonly name: string };

/** By component. Alarms of severity INFO are left out: they are for display only. */
export function alarmsByComponent({
  alarms,
}: Pick<CompiledConfiguration, 'alarms'>): ReadonlyMap<string, readonly NamedAlarm[]> {
  const named = Object.entries(alarms).map(([name, binding]): NamedAlarm => ({ name, ...binding }));
  return Map.groupBy(
    named.filter(({ severity }) => severity !== 'INFO'),
    ({ component }) => component,
  );
}

/** The longest common prefix of some texts; empty if they have none, or there is no text. */
export function commonPrefix([first = '', ...others]: readonly string[]): string {
  return others.reduce((prefix, text) => {
    let length = 0;
    while (length < prefix.length && prefix[length] === text[length]) length += 1;
    return prefix.slice(0, length);
  }, first);
}

/** Names of the peers that observe a component; none while the watchdog is off. */
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

/** Whether anything of Selfheal's own says when a component is healthy again. */
export function isObserved(configuration: CompiledConfiguration, component: string): boolean {
  return alarmsByComponent(configuration).has(component) || peersOf(configuration, component).length > 0;
}

/**
 * Whether a recovery proves that its component is healthy: no other alarm and no other peer may see it as unhealthy.
 * Otherwise the reconciler, which sees them all, decides.
 */
export function isConclusive(
  { component, alarmName, reporter }: Pick<Recovery, 'component' | 'alarmName' | 'reporter'>,
  configuration: CompiledConfiguration,
): boolean {
  const alarms = alarmsByComponent(configuration).get(component) ?? [];
  const isByPeer = alarmName === undefined && reporter === undefined;
  const others = peersOf(configuration, component).length - (isByPeer ? 1 : 0);
  return alarms.every(({ name }) => name === alarmName) && others <= 0;
}
