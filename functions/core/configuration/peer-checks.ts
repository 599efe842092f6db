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

/** Names of the components that the watchdog reports heartbeats of. */
export function watchedComponents(
  components: ReadonlyMap<string, Component>,
  peers: ReadonlyMap<string, PeerDefinition>,
): ReadonlySet<string> {
  const byEndpoint = [...components].flatMap(([name, { health }]) =>
    health && peers.get(name)?.enabled !== false ? [name] : [],
  );
  const byPeer = [...peers].flatMap(([name, { component, enabled }]) => (enabled ? [component ?? name] : []));
  return new Set([...byEndpoint, ...byPeer]);
}
