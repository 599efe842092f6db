import type { Closers } from '../../../cloud/closers.ts';
import { type Host, startHost } from '../../../hosts/host.ts';
import { HOST_COMPONENTS, type HostComponent } from '../../components.ts';

/** The hosts of the demo, by component. */
export type BootedHosts = Readonly<Record<HostComponent, Host>>;

/** Boots a Debian for each component, all at once; each is stopped by `closers`. */
export async function startBootedHosts(closers: Closers): Promise<BootedHosts> {
  const started = await Promise.allSettled(
    HOST_COMPONENTS.map(async (component, index) => {
      const host = await startHost({
        name: `${component}-1`,
        instanceId: `i-0000000000000000${index + 1}`,
        tags: { 'selfheal:managed': 'true' },
        memoryMegabytes: 256,
        diskMegabytes: 256,
      });
      closers.add(() => host.stop());
      return [component, host] as const;
    }),
  );
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  const hosts = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return Object.fromEntries(hosts) as Record<HostComponent, Host>;
}
