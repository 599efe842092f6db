import { DescribeServicesCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import type { EcsAddresses } from '../../core/discovery/traced-service.ts';
import type { Topology } from '../../ports/topology.ts';
import { translated } from '../aws/translate-error.ts';

/** ECS describes no more services of a cluster in one request. */
const SERVICES_AT_MOST = 10;

/** The target groups and the Service Connect names of ECS services. */
export function createEcsAddresses(client: Pick<ECSClient, 'send'>): Topology['ecsAddresses'] {
  return async (ids) => {
    const found: EcsAddresses[] = [];
    for (const [cluster, names] of Map.groupBy(ids, clusterOf)) {
      for (let from = 0; from < names.length; from += SERVICES_AT_MOST) {
        const services = names.slice(from, from + SERVICES_AT_MOST).map((id) => id.slice(cluster.length + 1));
        const command = new DescribeServicesCommand({ cluster, services });
        const answer = await translated('ecs:DescribeServices', () => client.send(command));
        found.push(...(answer.services ?? []).flatMap((service) => addressesOf(cluster, service)));
      }
    }
    return found;
  };
}

const clusterOf = (id: string) => id.split('/')[0] ?? '';

function addressesOf(
  cluster: string,
  { serviceName, status, loadBalancers = [], deployments = [] }: Service,
): readonly EcsAddresses[] {
  // A deleted service stays for a while, INACTIVE.
  if (serviceName === undefined || status === 'INACTIVE') return [];
  const current = deployments.find((deployment) => deployment.status === 'PRIMARY');
  const { enabled, services = [] } = current?.serviceConnectConfiguration ?? {};
  const aliases = enabled === true ? services.flatMap(({ clientAliases = [] }) => clientAliases) : [];
  return [
    {
      service: `${cluster}/${serviceName}`,
      targetGroups: loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
      names: aliases.flatMap(({ dnsName }) => dnsName ?? []),
    },
  ];
}
