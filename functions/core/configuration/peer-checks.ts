import type { Finding } from './problem.ts';
import type { ReadableParts } from './readable-parts.ts';
import type { Component, PeerDefinition } from './schema.ts';

/** Peers that say nothing to ask. Says nothing while some part of the file cannot be read. */
export function checkPeers({ isComplete, components, peers }: ReadableParts): readonly Finding[] {
  if (!isComplete) return [];
  return [...peers].flatMap(([name, { url, tcp, agent }]): readonly Finding[] => {
    if (url ?? tcp ?? agent ?? components.get(name)?.health) return [];
    return [
      {
        severity: 'error',
        code: 'missing-key',
        path: ['peers', name],
        at: 'key',
        value: name,
        message: components.has(name)
          ? `component \`${name}\` has no health endpoint, and the peer names nothing else to ask`
          : 'there is nothing to ask; expected `url`, `tcp` or `agent`',
        remedy: 'Add `url:`, `tcp:` or `agent:`.',
      },
    ];
  });
}

/** What the watchdog does for one component by way of one peer. */
export interface Watch {
  /** Misses in a row that it asks for a repair after; the watchdog's unless the peer sets them. */
  readonly missesBeforeRestart: number | undefined;
}

/** The components that the watchdog reports heartbeats of, by name, with a watch for each of their peers. */
export function watchedComponents(
  components: ReadonlyMap<string, Component>,
  peers: ReadonlyMap<string, PeerDefinition>,
): ReadonlyMap<string, readonly Watch[]> {
  const byEndpoint = [...components].flatMap(([component, { health }]) =>
    health && !peers.has(component) ? [{ component, missesBeforeRestart: undefined }] : [],
  );
  const byPeer = [...peers].flatMap(([name, { component = name, enabled, missesBeforeRestart }]) =>
    enabled ? [{ component, missesBeforeRestart }] : [],
  );
  return Map.groupBy([...byEndpoint, ...byPeer], ({ component }) => component);
}
