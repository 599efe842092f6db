import * as z from 'zod';

/** What ECS keeps of a service's deployments. */
interface ServiceWithHistory {
  readonly cluster: string;
  readonly name: string;
  /** Oldest first. */
  readonly history: readonly PastDeployment[];
}

interface PastDeployment {
  readonly status: 'PRIMARY' | 'ACTIVE';
  readonly taskDefinition: string;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  /** Deployments that ran when it began. */
  readonly replaces: readonly PastDeployment[];
  /** How far ECS has gone back from it, once it was asked to. */
  readonly rollback?: RollbackStatus;
}

/** States of a service deployment that ECS was asked to go back from. */
export type RollbackStatus =
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED'
  | 'STOPPED';

const listInput = z.object({ cluster: z.string(), service: z.string() });
const revisionsInput = z.object({ serviceRevisionArns: z.array(z.string()).min(1).max(20) });
const deploymentsInput = z.object({ serviceDeploymentArns: z.array(z.string()).min(1).max(20) });

type Operation = 'ListServiceDeployments' | 'DescribeServiceDeployments' | 'DescribeServiceRevisions';

export interface ServiceHistory<Service extends ServiceWithHistory> {
  /** The service deployment that a service has in progress or had last. */
  readonly currentArn: (service: Service) => string;
  /** What has this ARN: the service, and the deployment in its history. */
  readonly find: (
    serviceDeploymentArn: string,
  ) => { readonly service: Service; readonly deployment: Service['history'][number] } | undefined;
  /** The operations that return what was deployed to a service before. */
  readonly operations: Readonly<Record<Operation, (input: unknown) => object>>;
}

/** What ECS keeps of earlier deployments. */
export function createServiceHistory<Service extends ServiceWithHistory>({
  all,
  serviceOf,
  arnOf,
}: {
  readonly all: () => readonly Service[];
  readonly serviceOf: (cluster: string, name: string) => Service;
  readonly arnOf: (service: Service) => string;
}): ServiceHistory<Service> {
  const arnWithin = (service: Service, resource: string, index: number) =>
    `${arnOf(service).replace(':service/', `:${resource}/`)}/${String(index).padStart(19, '0')}`;
  const revisionArn = (service: Service, index: number) => arnWithin(service, 'service-revision', index);
  const deploymentArn = (service: Service, index: number) => arnWithin(service, 'service-deployment', index);
  const deployments = () =>
    all().flatMap((service) =>
      service.history.map((deployment: Service['history'][number], index) => ({
        ...{ service, deployment, index },
        arn: deploymentArn(service, index),
      })),
    );
  return {
    currentArn: (service) => deploymentArn(service, service.history.length - 1),
    find: (wanted) => deployments().find(({ arn }) => arn === wanted),
    operations: {
      ListServiceDeployments: (input) => {
        const asked = listInput.parse(input);
        const service = serviceOf(asked.cluster, asked.service);
        return {
          serviceDeployments: service.history.map((deployment, index) => ({
            serviceDeploymentArn: deploymentArn(service, index),
            serviceArn: arnOf(service),
            createdAt: new Date(index * 1_000),
            targetServiceRevisionArn: revisionArn(service, index),
            status: serviceDeploymentStatus(deployment),
          })),
        };
      },
      DescribeServiceDeployments: (input) => {
        const asked = deploymentsInput.parse(input).serviceDeploymentArns;
        const found = deployments().filter(({ arn }) => asked.includes(arn));
        const missing = asked.filter((arn) => found.every((one) => one.arn !== arn));
        return {
          serviceDeployments: found.map(({ service, deployment, index, arn }) => ({
            serviceDeploymentArn: arn,
            serviceArn: arnOf(service),
            status: serviceDeploymentStatus(deployment),
            targetServiceRevision: { arn: revisionArn(service, index) },
            sourceServiceRevisions: deployment.replaces.map((one) => ({
              arn: revisionArn(service, service.history.indexOf(one)),
            })),
          })),
          failures: missing.map((arn) => ({ arn, reason: 'MISSING' })),
        };
      },
      DescribeServiceRevisions: (input) => {
        const asked = new Set(revisionsInput.parse(input).serviceRevisionArns);
        const revisions = all().flatMap((service) =>
          service.history.map(({ taskDefinition }, index) => ({
            serviceRevisionArn: revisionArn(service, index),
            serviceArn: arnOf(service),
            taskDefinition,
          })),
        );
        return {
          serviceRevisions: revisions.filter(({ serviceRevisionArn }) => asked.has(serviceRevisionArn)),
          failures: [],
        };
      },
    },
  };
}

/** One that failed, or was replaced before it was steady, counts as stopped. */
export function serviceDeploymentStatus({ rollback, rolloutState, status }: PastDeployment): string {
  if (rollback !== undefined) return rollback;
  if (rolloutState === 'COMPLETED') return 'SUCCESSFUL';
  return rolloutState === 'IN_PROGRESS' && status === 'PRIMARY' ? 'IN_PROGRESS' : 'STOPPED';
}
