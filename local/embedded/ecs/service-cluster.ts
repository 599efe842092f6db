import { ECSClient, ECSServiceException } from '@aws-sdk/client-ecs';
import * as z from 'zod';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import { type ClusterSettings, createClusterSettings } from './cluster-settings.ts';
import { addressAnswers, type ServiceAddresses } from './service-addresses.ts';
import { historyOperations } from './service-history.ts';

const ACCOUNT_REGION = 'us-east-1:000000000000';
const PAGE = 100;

type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

interface Deployment {
  readonly id: string;
  status: 'PRIMARY' | 'ACTIVE';
  readonly taskDefinition: string;
  desiredCount: number;
  runningCount: number;
  rolloutState: RolloutState;
  rolloutStateReason: string;
}

interface Service {
  readonly cluster: string;
  readonly name: string;
  taskDefinition: string;
  desiredCount: number;
  /** Newest first. */
  deployments: Deployment[];
  /** All that were ever begun, oldest first. */
  readonly history: Deployment[];
  readonly controller: string;
}

/** How the tasks of a task definition behave. */
export interface TaskBehaviour {
  /** How long a deployment takes until it is steady. */
  readonly startsAfterMs: number;
  /** Whether its tasks stay up. Otherwise the circuit breaker ends the deployment as FAILED. */
  readonly staysUp: boolean;
}

/** What was done to a service through the API, oldest first. */
export interface ServiceChange {
  readonly service: string;
  readonly kind: 'deployed' | 'redeployed' | 'scaled';
  readonly before: string;
  readonly after: string;
}

/** Services of ECS, with rolling deployments and a circuit breaker that does not roll back, as the API documents them. */
export interface ServiceCluster {
  /** Registers the next revision of a family. @returns its ARN */
  readonly register: (
    family: string,
    behaviour?: TaskBehaviour,
    content?: Readonly<Record<string, unknown>>,
  ) => string;
  /** @param controller what deploys it. @default ECS */
  readonly create: (
    cluster: string,
    name: string,
    taskDefinition: string,
    desiredCount: number,
    controller?: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL',
  ) => void;
  /** Puts a service behind target groups, or gives it names. */
  readonly setAddresses: (cluster: string, name: string, addresses: ServiceAddresses) => void;
  readonly changes: readonly ServiceChange[];
  readonly settings: Pick<ClusterSettings, 'set' | 'changes'>;
  /** Operations of the API, by name. */
  readonly operations: Readonly<Record<string, (input: unknown) => object>>;
}

class EcsError extends Error {
  override readonly name = 'EcsError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const describeInput = z.object({ cluster: z.string(), services: z.array(z.string()).min(1).max(10) });
const updateInput = z.object({
  cluster: z.string(),
  service: z.string(),
  taskDefinition: z.string().optional(),
  desiredCount: z.int().min(0).optional(),
  forceNewDeployment: z.boolean().optional(),
});
const listInput = z.object({
  familyPrefix: z.string(),
  status: z.literal('ACTIVE'),
  nextToken: z.string().optional(),
});

const definitionInput = z.object({ taskDefinition: z.string() });
const registerInput = z.looseObject({
  family: z.string(),
  containerDefinitions: z.array(z.object({ name: z.string() }).loose()).min(1),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
});

const STEADY: TaskBehaviour = { startsAfterMs: 40_000, staysUp: true };

/** The content of a task definition, where a test does not care. */
const PLAIN = {
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'app', image: 'app', essential: true }],
};

export function createServiceCluster({
  clock,
  newId,
  publish,
}: {
  readonly clock: Pick<EmbeddedClock, 'after'>;
  readonly newId: () => string;
  /** Puts ECS's own events on the bus. */
  readonly publish: (event: {
    readonly source: string;
    readonly detailType: string;
    readonly detail: Readonly<Record<string, unknown>>;
    readonly resources: readonly string[];
  }) => void;
}): ServiceCluster {
  const services = new Map<string, Service>();
  const addresses = new Map<string, ServiceAddresses>();
  const definitions = new Map<string, TaskBehaviour>();
  const contents = new Map<string, Readonly<Record<string, unknown>>>();
  const changes: ServiceChange[] = [];

  const arnOf = ({ cluster, name }: Service) => `arn:aws:ecs:${ACCOUNT_REGION}:service/${cluster}/${name}`;
  const serviceOf = (cluster: string, name: string): Service => {
    const found = services.get(`${cluster}/${name}`);
    if (found) return found;
    throw new EcsError('ServiceNotFoundException', 'Service not found.');
  };
  const announce = (service: Service, { id, rolloutState, rolloutStateReason }: Deployment): void =>
    publish({
      source: 'aws.ecs',
      detailType: 'ECS Deployment State Change',
      resources: [arnOf(service)],
      detail: {
        eventType: rolloutState === 'FAILED' ? 'ERROR' : 'INFO',
        eventName: `SERVICE_DEPLOYMENT_${rolloutState}`,
        deploymentId: id,
        reason: rolloutStateReason,
      },
    });

  function deploy(service: Service, taskDefinition: string): void {
    for (const old of service.deployments) old.status = 'ACTIVE';
    const deployment: Deployment = {
      id: `ecs-svc/${newId().replaceAll('-', '').slice(0, 19)}`,
      status: 'PRIMARY',
      taskDefinition,
      desiredCount: service.desiredCount,
      runningCount: 0,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: 'ECS deployment in progress.',
    };
    service.taskDefinition = taskDefinition;
    service.deployments.unshift(deployment);
    service.history.push(deployment);
    announce(service, deployment);
    const { startsAfterMs, staysUp } = definitions.get(taskDefinition) ?? STEADY;
    clock.after(startsAfterMs, () => settle(service, deployment, staysUp));
  }

  /** Steady, or given up, unless a newer deployment has replaced it meanwhile. */
  function settle(service: Service, deployment: Deployment, staysUp: boolean): void {
    if (deployment.status !== 'PRIMARY') return;
    if (staysUp) {
      deployment.rolloutState = 'COMPLETED';
      deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
      deployment.runningCount = service.desiredCount;
      service.deployments = [deployment];
    } else {
      deployment.rolloutState = 'FAILED';
      deployment.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
    }
    announce(service, deployment);
  }

  const addressesOf = ({ cluster, name }: Service) =>
    addressAnswers(addresses.get(`${cluster}/${name}`) ?? {});
  const answerOf = (service: Service) => ({
    ...addressesOf(service).service,
    serviceArn: arnOf(service),
    serviceName: service.name,
    clusterArn: `arn:aws:ecs:${ACCOUNT_REGION}:cluster/${service.cluster}`,
    status: 'ACTIVE',
    deploymentController: { type: service.controller },
    taskDefinition: service.taskDefinition,
    desiredCount: service.desiredCount,
    runningCount: service.deployments.reduce((sum, { runningCount }) => sum + runningCount, 0),
    deployments: service.deployments.map((each) => ({ ...each, ...addressesOf(service).deployment })),
  });

  function register(
    family: string,
    behaviour: TaskBehaviour = STEADY,
    content: Readonly<Record<string, unknown>> = PLAIN,
  ): string {
    const earlier = [...definitions.keys()].filter((arn) => arn.includes(`task-definition/${family}:`));
    const arn = `arn:aws:ecs:${ACCOUNT_REGION}:task-definition/${family}:${earlier.length + 1}`;
    definitions.set(arn, behaviour);
    contents.set(arn, content);
    return arn;
  }

  function definitionAnswer(arn: string): object {
    const { tags, ...content } = contents.get(arn) ?? {};
    const [family, revision] = arn.slice(arn.indexOf('/') + 1).split(':');
    return {
      taskDefinition: {
        ...content,
        ...{ family, taskDefinitionArn: arn, revision: Number(revision), status: 'ACTIVE' },
        ...{ compatibilities: ['EC2', 'FARGATE'], requiresAttributes: [], registeredBy: 'someone' },
      },
      ...(tags !== undefined && { tags }),
    };
  }

  const settings = createClusterSettings((cluster) =>
    [...services.values()].some((service) => service.cluster === cluster)
      ? `arn:aws:ecs:${ACCOUNT_REGION}:cluster/${cluster}`
      : undefined,
  );

  const operations: ServiceCluster['operations'] = {
    ...settings.operations,
    ...historyOperations({ all: () => [...services.values()], serviceOf, arnOf }),
    DescribeTaskDefinition: (input) => {
      const { taskDefinition } = definitionInput.parse(input);
      if (!contents.has(taskDefinition))
        throw new EcsError('ClientException', `Unable to describe task definition: ${taskDefinition}`);
      return definitionAnswer(taskDefinition);
    },
    RegisterTaskDefinition: (input) => {
      const { family, ...content } = registerInput.parse(input);
      for (const described of ['revision', 'status', 'taskDefinitionArn', 'compatibilities'])
        if (described in content)
          throw new EcsError('InvalidParameterException', `Unknown parameter in input: ${described}`);
      return definitionAnswer(register(family, STEADY, content));
    },
    DescribeServices: (input) => {
      const { cluster, services: names } = describeInput.parse(input);
      const found = names.flatMap((name) => services.get(`${cluster}/${name}`) ?? []);
      const missing = names.filter((name) => !services.has(`${cluster}/${name}`));
      return {
        services: found.map(answerOf),
        failures: missing.map((name) => ({
          arn: `arn:aws:ecs:${ACCOUNT_REGION}:service/${cluster}/${name}`,
          reason: 'MISSING',
        })),
      };
    },
    UpdateService: (input) => {
      const asked = updateInput.parse(input);
      const service = serviceOf(asked.cluster, asked.service);
      const { taskDefinition = service.taskDefinition, desiredCount = service.desiredCount } = asked;
      if (!definitions.has(taskDefinition))
        throw new EcsError('ClientException', `Unable to describe task definition: ${taskDefinition}`);
      const note = (kind: ServiceChange['kind'], before: string, after: string) =>
        changes.push({ service: `${service.cluster}/${service.name}`, kind, before, after });
      if (desiredCount !== service.desiredCount) {
        note('scaled', String(service.desiredCount), String(desiredCount));
        service.desiredCount = desiredCount;
        for (const deployment of service.deployments) {
          deployment.desiredCount = desiredCount;
          if (deployment.rolloutState === 'COMPLETED') deployment.runningCount = desiredCount;
        }
      }
      const isOther = taskDefinition !== service.taskDefinition;
      if (isOther || asked.forceNewDeployment === true) {
        note(isOther ? 'deployed' : 'redeployed', service.taskDefinition, taskDefinition);
        deploy(service, taskDefinition);
      }
      return { service: answerOf(service) };
    },
    ListTaskDefinitions: (input) => {
      const { familyPrefix, nextToken = '0' } = listInput.parse(input);
      const all = [...definitions.keys()].filter((arn) => arn.includes(`task-definition/${familyPrefix}:`));
      const to = Number(nextToken) + PAGE;
      return {
        taskDefinitionArns: all.slice(Number(nextToken), to),
        ...(to < all.length && { nextToken: String(to) }),
      };
    },
  };

  return {
    operations,
    changes,
    settings,
    register,
    setAddresses: (cluster, name, given) => void addresses.set(`${cluster}/${name}`, given),
    create: (cluster, name, taskDefinition, desiredCount, controller = 'ECS') => {
      const deployment: Deployment = {
        id: 'ecs-svc/0000000000000000001',
        status: 'PRIMARY',
        taskDefinition,
        desiredCount,
        runningCount: desiredCount,
        rolloutState: 'COMPLETED',
        rolloutStateReason: 'ECS deployment ecs-svc/0000000000000000001 completed.',
      };
      services.set(`${cluster}/${name}`, {
        ...{ cluster, name, taskDefinition, desiredCount, controller },
        ...{ deployments: [deployment], history: [deployment] },
      });
    },
  };
}

/** The parts of an SDK command that are used here. */
interface SdkCommand {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

/** A client of the SDK whose requests go straight to the services in this process: the real adapter runs over it. */
export function createInProcessEcsClient({ operations }: Pick<ServiceCluster, 'operations'>): ECSClient {
  const send = async (command: SdkCommand): Promise<unknown> => {
    const name = command.constructor.name.replace(/Command$/, '');
    const operation = operations[name];
    if (operation === undefined) throw new TypeError(`ECS: ${name} is not supported in this process`);
    try {
      return operation(command.input);
    } catch (error) {
      if (!(error instanceof EcsError)) throw error;
      throw new ECSServiceException({
        name: error.code,
        message: error.message,
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      });
    }
  };
  return Object.assign(Object.create(ECSClient.prototype) as ECSClient, { send });
}
