import { createMetricPages } from '../../functions/adapters/http/metric-pages.ts';
import { createPeerAddresses } from '../../functions/adapters/http/peer-addresses.ts';
import { createHttpProber } from '../../functions/adapters/http/peer-prober.ts';
import { createTcpProber } from '../../functions/adapters/tcp/peer-prober.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { MetricPages } from '../../functions/ports/metric-pages.ts';
import type { HttpProber, TcpProber } from '../../functions/ports/watchdog-probers.ts';

/** Heartbeats over the real network, to addresses that the configuration allows. */
export function networkProbers({ watchdog }: CompiledConfiguration): {
  readonly http: HttpProber;
  readonly tcp: TcpProber;
} {
  const addresses = createPeerAddresses({ allowedAddresses: watchdog.allowedAddresses });
  return { http: createHttpProber({ addresses }), tcp: createTcpProber(addresses) };
}

/** Endpoints of monitors over the real network, at addresses that the configuration allows. */
export function networkPages({ watchdog }: CompiledConfiguration): MetricPages {
  return createMetricPages(createPeerAddresses({ allowedAddresses: watchdog.allowedAddresses }));
}
