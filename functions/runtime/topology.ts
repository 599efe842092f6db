import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { XRayClient } from '@aws-sdk/client-xray';
import { createEcsAddresses } from '../adapters/ecs/ecs-addresses.ts';
import { createBalancedAddresses } from '../adapters/elastic-load-balancing/balanced-addresses.ts';
import { createTracedServices } from '../adapters/xray/traced-services.ts';
import { CLIENT_SETTINGS, once } from './clients.ts';
import type { PortBuilder } from './port-builders.ts';

const ecs = /* @__PURE__ */ once(() => createEcsAddresses(new ECSClient(CLIENT_SETTINGS)));
const balancers = /* @__PURE__ */ once(() =>
  createBalancedAddresses(new ElasticLoadBalancingV2Client(CLIENT_SETTINGS)),
);

/** Clients that the configuration has no use for are not built. */
export const topology: PortBuilder<'topology'> = () => ({
  traced: createTracedServices(new XRayClient(CLIENT_SETTINGS)),
  ecsAddresses: (services) => ecs()(services),
  balancedAddresses: (targetGroups) => balancers()(targetGroups),
});
