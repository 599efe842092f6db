import { createMetricPages } from '../adapters/http/metric-pages.ts';
import { createPeerAddresses } from '../adapters/http/peer-addresses.ts';
import type { PortBuilder } from './port-builders.ts';

export const pages: PortBuilder<'pages'> = ({ configuration }) =>
  createMetricPages(createPeerAddresses({ allowedAddresses: configuration.watchdog.allowedAddresses }));
