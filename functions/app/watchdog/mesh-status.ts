import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { type MeshStatus, meshStatusOf } from '../../core/watchdog/mesh-status.ts';
import { allPeers } from '../../core/watchdog/peer.ts';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';

export interface MeshStatusDeps {
  readonly configuration: CompiledConfiguration;
  readonly watchdog: Pick<WatchdogStore, 'listPeers' | 'listShards'>;
}

/**
 * Self, peers and statistics of the mesh, as JSON for the command line and a status page.
 *
 * @throws StoreUnavailable
 */
export async function meshStatus({ configuration, watchdog }: MeshStatusDeps): Promise<MeshStatus> {
  const [registered, records] = await Promise.all([watchdog.listPeers(), watchdog.listShards()]);
  const { vantagePoints, shards } = configuration.watchdog;
  const peers = allPeers(configuration, registered);
  return meshStatusOf(vantagePoints[0]?.name ?? '', peers, records, shards);
}
