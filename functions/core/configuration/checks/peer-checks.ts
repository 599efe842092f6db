import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component, PeerDefinition } from '../schema/schema.ts';

/** Peers that name nothing to check. Says nothing while some part of the file cannot be read. */
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
          ? `component \`${name}\` has no health endpoint, and the peer names nothing else to check`
          : 'there is nothing to check; expected `url`, `tcp` or `agent`',
        remedy: 'Add `url:`, `tcp:` or `agent:`.',
      },
    ];
  });
}

/** How the watchdog watches one component through one peer. */
export interface Watch {
  /** Misses in a row after which it asks for a repair; the watchdog's setting unless the peer has its own. */
  readonly missesBeforeRestart: number | undefined;
}

/** The components that the watchdog reports on, by name, with a watch for each of their peers. */
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
