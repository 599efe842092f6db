import * as z from 'zod';

/** What ECS keeps of a service's deployments. */
interface ServiceWithHistory {
  readonly cluster: string;
  readonly name: string;
  /** Oldest first. */
  readonly history: readonly {
    readonly status: 'PRIMARY' | 'ACTIVE';
    readonly taskDefinition: string;
    readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  }[];
}

const listInput = z.object({ cluster: z.string(), service: z.string() });
const revisionsInput = z.object({ serviceRevisionArns: z.array(z.string()).min(1).max(20) });

/** The operations by which ECS tells what was deployed to a service before. */
export function historyOperations<Service extends ServiceWithHistory>({
  all,
  serviceOf,
  arnOf,
}: {
  readonly all: () => readonly Service[];
  readonly serviceOf: (cluster: string, name: string) => Service;
  readonly arnOf: (service: Service) => string;
}): Readonly<Record<'ListServiceDeployments' | 'DescribeServiceRevisions', (input: unknown) => object>> {
  const revisionArn = (service: Service, index: number) =>
    `${arnOf(service).replace(':service/', ':service-revision/')}/${String(index).padStart(19, '0')}`;
  return {
    ListServiceDeployments: (input) => {
      const asked = listInput.parse(input);
      const service = serviceOf(asked.cluster, asked.service);
      return {
        serviceDeployments: service.history.map((deployment, index) => ({
          serviceArn: arnOf(service),
          createdAt: new Date(index * 1_000),
          targetServiceRevisionArn: revisionArn(service, index),
          status: statusOf(deployment),
        })),
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
  };
}

/** One that failed, or was replaced before it was steady, counts as stopped. */
function statusOf({ rolloutState, status }: ServiceWithHistory['history'][number]): string {
  if (rolloutState === 'COMPLETED') return 'SUCCESSFUL';
  return rolloutState === 'IN_PROGRESS' && status === 'PRIMARY' ? 'IN_PROGRESS' : 'STOPPED';
}
