import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import type { PastDeployment, ServiceName } from '../../core/target/ecs-service.ts';
import { NotFound } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

/** ECS describes no more revisions of services in a request. */
const REVISIONS_AT_MOST = 20;

/** The latest deployments of a service with what they were to deploy, newest first. What ECS no longer describes is left out. */
export async function serviceHistory(
  client: Pick<ECSClient, 'send'>,
  { cluster, service }: ServiceName,
): Promise<readonly PastDeployment[]> {
  const found: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListServiceDeploymentsCommand({ cluster, service, nextToken });
    const page = await translated('ecs:ListServiceDeployments', () => client.send(command));
    found.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && nextToken !== '');
  const createdMs = ({ createdAt }: ServiceDeploymentBrief) => createdAt?.getTime() ?? 0;
  const latest = found.sort((one, other) => createdMs(other) - createdMs(one)).slice(0, REVISIONS_AT_MOST);
  const serviceRevisionArns = [...new Set(latest.flatMap((one) => one.targetServiceRevisionArn ?? []))];
  if (serviceRevisionArns.length === 0) return [];
  const definitions = await definitionsOf(client, serviceRevisionArns);
  return latest.flatMap(({ status = 'UNKNOWN', targetServiceRevisionArn }) => {
    const taskDefinition = definitions.get(targetServiceRevisionArn ?? '');
    return taskDefinition === undefined ? [] : [{ status, taskDefinition }];
  });
}

/** The task definition of a service revision: both by their ARNs. */
export async function definitionOf(
  client: Pick<ECSClient, 'send'>,
  serviceRevision: string,
): Promise<string> {
  const found = (await definitionsOf(client, [serviceRevision])).get(serviceRevision);
  if (found !== undefined) return found;
  const call = 'ecs:DescribeServiceRevisions';
  throw new NotFound(`${call}: ${serviceRevision}: MISSING`, { call, serviceCode: 'MISSING' });
}

async function definitionsOf(
  client: Pick<ECSClient, 'send'>,
  serviceRevisionArns: string[],
): Promise<ReadonlyMap<string, string>> {
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns });
  const { serviceRevisions = [] } = await translated('ecs:DescribeServiceRevisions', () =>
    client.send(command),
  );
  return new Map(
    serviceRevisions.flatMap(({ serviceRevisionArn, taskDefinition }) =>
      serviceRevisionArn === undefined || taskDefinition === undefined
        ? []
        : [[serviceRevisionArn, taskDefinition] as const],
    ),
  );
}
