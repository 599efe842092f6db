import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import type { PastDeployment, ServiceName } from '../../core/target/ecs-service.ts';
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
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns });
  const { serviceRevisions = [] } = await translated('ecs:DescribeServiceRevisions', () =>
    client.send(command),
  );
  const definitions = new Map(serviceRevisions.map((one) => [one.serviceRevisionArn, one.taskDefinition]));
  return latest.flatMap(({ status = 'UNKNOWN', targetServiceRevisionArn }) => {
    const taskDefinition = definitions.get(targetServiceRevisionArn);
    return taskDefinition === undefined ? [] : [{ status, taskDefinition }];
  });
}
