import type { Closers } from '../cloud/closers.ts';
import { type Host, startHost } from '../hosts/host.ts';

/** The hosts of the demo, by component. */
export type DemoHosts = Readonly<Record<DemoComponent, Host>>;

export const DEMO_COMPONENTS = ['orders', 'web', 'payments', 'docs'] as const;
export type DemoComponent = (typeof DEMO_COMPONENTS)[number];

export function isDemoComponent(name: string): name is DemoComponent {
  return DEMO_COMPONENTS.some((component) => component === name);
}

/** Boots a Debian for each component, all at once; each is stopped by `closers`. */
export async function startDemoHosts(closers: Closers): Promise<DemoHosts> {
  const started = await Promise.allSettled(
    DEMO_COMPONENTS.map(async (component, index) => {
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
  return Object.fromEntries(hosts) as Record<DemoComponent, Host>;
}
