import {
  type Deployment,
  DescribeClustersCommand,
  DescribeServicesCommand,
  type ECSClient,
  ListTaskDefinitionsCommand,
  type Service,
  UpdateClusterSettingsCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import type { EcsService, ServiceDeployment } from '../../core/target/ecs-service.ts';
import type { EcsServices } from '../../ports/ecs-services.ts';
import { NotFound } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';
import { definitionOf, serviceHistory } from './service-history.ts';
import { goBackFrom, readCourse } from './service-rollback.ts';

const INSIGHTS = 'containerInsights';

/** EcsServices over the API of ECS. */
export function createEcsServices(client: Pick<ECSClient, 'send'>): EcsServices {
  const update = async (input: UpdateServiceCommandInput): Promise<EcsService> => {
    const command = new UpdateServiceCommand(input);
    const { service = {} } = await translated('ecs:UpdateService', () => client.send(command));
    return serviceOf(service);
  };
  return {
    read: async ({ cluster, service }) => {
      const command = new DescribeServicesCommand({ cluster, services: [service] });
      const { services = [], failures = [] } = await translated('ecs:DescribeServices', () =>
        client.send(command),
      );
      const [found] = services;
      // A deleted service stays for a while, INACTIVE.
      if (!found || found.status === 'INACTIVE') {
        const why = failures[0]?.reason ?? found?.status ?? 'MISSING';
        throw new NotFound(`ecs:DescribeServices: ${cluster}/${service}: ${why}`, {
          call: 'ecs:DescribeServices',
          serviceCode: why,
        });
      }
      return serviceOf(found);
    },

    revisions: async (family) => {
      const found: string[] = [];
      let nextToken: string | undefined;
      do {
        const command = new ListTaskDefinitionsCommand({ familyPrefix: family, status: 'ACTIVE', nextToken });
        const page = await translated('ecs:ListTaskDefinitions', () => client.send(command));
        found.push(...(page.taskDefinitionArns ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined && nextToken !== '');
      return found;
    },

    history: async (name) => await serviceHistory(client, name),

    course: async (arn) => await readCourse(client, arn),

    definitionOf: async (serviceRevision) => await definitionOf(client, serviceRevision),

    goBack: async (arn) => await goBackFrom(client, arn),

    deploy: ({ cluster, service }, taskDefinition) => update({ cluster, service, taskDefinition }),

    redeploy: ({ cluster, service }) => update({ cluster, service, forceNewDeployment: true }),

    insights: async (cluster) => {
      const command = new DescribeClustersCommand({ clusters: [cluster], include: ['SETTINGS'] });
      const { clusters = [] } = await translated('ecs:DescribeClusters', () => client.send(command));
      const [found] = clusters;
      if (!found || found.status === 'INACTIVE')
        throw new NotFound(`ecs:DescribeClusters: there is no cluster ${cluster}`, {
          call: 'ecs:DescribeClusters',
        });
      return found.settings?.find(({ name }) => name === INSIGHTS)?.value ?? 'disabled';
    },

    setInsights: async (cluster, value) => {
      const settings = [{ name: INSIGHTS, value }] as const;
      const command = new UpdateClusterSettingsCommand({ cluster, settings: [...settings] });
      await translated('ecs:UpdateClusterSettings', () => client.send(command));
    },

    setCount: ({ cluster, service }, desiredCount) => update({ cluster, service, desiredCount }),
  };
}

function serviceOf({
  taskDefinition = '',
  desiredCount = 0,
  runningCount = 0,
  deployments = [],
  deploymentController: { type: controller = 'ECS' } = { type: 'ECS' },
  currentServiceDeployment,
}: Service): EcsService {
  return {
    ...{ taskDefinition, desiredCount, runningCount },
    deployments: deployments.map(deploymentOf),
    ...(controller !== 'ECS' && { deployedBy: controller }),
    ...(currentServiceDeployment && { serviceDeployment: currentServiceDeployment }),
  };
}

function deploymentOf({
  id = '',
  taskDefinition = '',
  status,
  rolloutState,
  rolloutStateReason,
}: Deployment): ServiceDeployment {
  return {
    id,
    taskDefinition,
    isPrimary: status === 'PRIMARY',
    rollout: rolloutState,
    ...(rolloutStateReason !== undefined && { reason: rolloutStateReason }),
  };
}
