import {
  DescribeServiceDeploymentsCommand,
  type ECSClient,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import type { ServiceDeploymentCourse } from '../../core/target/service-rollback.ts';
import { NotFound } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

/** How far a service deployment has come. */
export async function readCourse(
  client: Pick<ECSClient, 'send'>,
  arn: string,
): Promise<ServiceDeploymentCourse> {
  const call = 'ecs:DescribeServiceDeployments';
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
  const { serviceDeployments = [], failures = [] } = await translated(call, () => client.send(command));
  const [found] = serviceDeployments;
  if (!found) {
    const serviceCode = failures[0]?.reason ?? 'MISSING';
    throw new NotFound(`${call}: ${arn}: ${serviceCode}`, { call, serviceCode });
  }
  const { status = 'UNKNOWN', statusReason, sourceServiceRevisions = [] } = found;
  return {
    status,
    ...(statusReason && { reason: statusReason }),
    replaces: sourceServiceRevisions.flatMap(({ arn: revision }) => revision ?? []),
  };
}

/** Has ECS stop a service deployment, and go back to what it replaces. */
export async function goBackFrom(
  client: Pick<ECSClient, 'send'>,
  serviceDeploymentArn: string,
): Promise<void> {
  const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' });
  await translated('ecs:StopServiceDeployment', () => client.send(command));
}
