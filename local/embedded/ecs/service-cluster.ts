import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Operations } from '../in-process-client.ts';
import { type ClusterSettings, createClusterSettings } from './cluster-settings.ts';
import { addressAnswers, type ServiceAddresses } from './service-addresses.ts';
import { createServiceHistory, type RollbackStatus } from './service-history.ts';
import { rollbackOperations, type WayBack } from './service-rollback.ts';
import { createTaskDefinitionRegistry, type TaskDefinitionRegistry } from './task-definition-registry.ts';

const ACCOUNT_REGION = 'us-east-1:000000000000';

type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

interface Deployment {
  readonly id: string;
  status: 'PRIMARY' | 'ACTIVE';
  readonly taskDefinition: string;
  desiredCount: number;
  runningCount: number;
  rolloutState: RolloutState;
  rolloutStateReason: string;
  readonly replaces: readonly Deployment[];
  /** How far ECS has gone back from it, once it was asked to. */
  rollback?: RollbackStatus;
  /** Of one by which ECS goes back. */
  readonly back?: WayBack<Deployment>;
}

interface Service {
  readonly cluster: string;
  readonly name: string;
  taskDefinition: string;
  desiredCount: number;
  /** Newest first. */
  deployments: Deployment[];
  /** All that were ever begun but by ECS going back, oldest first. */
  readonly history: Deployment[];
  readonly controller: string;
}

/** What was done to a service through the API, oldest first. */
export interface ServiceChange {
  readonly service: string;
  readonly kind: 'deployed' | 'redeployed' | 'scaled';
  readonly before: string;
  readonly after: string;
}

/** Services of ECS, with rolling deployments and a circuit breaker that does not roll back, as the API documents them. */
export interface ServiceCluster extends Pick<TaskDefinitionRegistry, 'register'> {
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
  readonly operations: Operations;
}

const describeInput = z.object({ cluster: z.string(), services: z.array(z.string()).min(1).max(10) });
const updateInput = z.object({
  cluster: z.string(),
  service: z.string(),
  taskDefinition: z.string().optional(),
  desiredCount: z.int().min(0).optional(),
  forceNewDeployment: z.boolean().optional(),
});
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
  const definitions = createTaskDefinitionRegistry(ACCOUNT_REGION);
  const changes: ServiceChange[] = [];

  const arnOf = ({ cluster, name }: Service) => `arn:aws:ecs:${ACCOUNT_REGION}:service/${cluster}/${name}`;
  const serviceOf = (cluster: string, name: string): Service => {
    const found = services.get(`${cluster}/${name}`);
    if (found) return found;
    throw new ApiError('ServiceNotFoundException', 'Service not found.');
  };
  const history = createServiceHistory<Service>({ all: () => [...services.values()], serviceOf, arnOf });
  const note = ({ cluster, name }: Service, kind: ServiceChange['kind'], before: string, after: string) =>
    changes.push({ service: `${cluster}/${name}`, kind, before, after });
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

  function deploy(service: Service, taskDefinition: string, back?: WayBack<Deployment>): void {
    const running = service.deployments.filter(({ rolloutState }) => rolloutState !== 'FAILED');
    for (const old of service.deployments) {
      if (old.rolloutState === 'IN_PROGRESS') old.back?.ended('STOPPED');
      if (old.rollback === 'ROLLBACK_REQUESTED' && back === undefined) old.rollback = 'STOPPED';
      old.status = 'ACTIVE';
    }
    const deployment: Deployment = {
      id: `ecs-svc/${newId().replaceAll('-', '').slice(0, 19)}`,
      status: 'PRIMARY',
      taskDefinition,
      desiredCount: service.desiredCount,
      runningCount: 0,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: 'ECS deployment in progress.',
      replaces: [...new Set(running.map((one) => one.back?.to ?? one))],
      ...(back !== undefined && { back }),
    };
    service.taskDefinition = taskDefinition;
    service.deployments.unshift(deployment);
    if (back === undefined) service.history.push(deployment);
    announce(service, deployment);
    const { startsAfterMs, staysUp } = definitions.behaviourOf(taskDefinition);
    clock.after(startsAfterMs, () => settle(service, deployment, staysUp));
  }

  /** Steady, or given up, unless a newer deployment has replaced it meanwhile. */
  function settle(service: Service, deployment: Deployment, staysUp: boolean): void {
    if (deployment.status !== 'PRIMARY' || deployment.rollback !== undefined) return;
    if (staysUp) {
      deployment.rolloutState = 'COMPLETED';
      deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
      deployment.runningCount = service.desiredCount;
      service.deployments = [deployment];
    } else {
      deployment.rolloutState = 'FAILED';
      deployment.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
    }
    deployment.back?.ended(staysUp ? 'ROLLBACK_SUCCESSFUL' : 'ROLLBACK_FAILED');
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
    currentServiceDeployment: history.currentArn(service),
    desiredCount: service.desiredCount,
    runningCount: service.deployments.reduce((sum, { runningCount }) => sum + runningCount, 0),
    deployments: service.deployments.map(({ replaces: _, rollback: __, back: ___, ...each }) => ({
      ...each,
      ...addressesOf(service).deployment,
    })),
  });

  const settings = createClusterSettings((cluster) =>
    [...services.values()].some((service) => service.cluster === cluster)
      ? `arn:aws:ecs:${ACCOUNT_REGION}:cluster/${cluster}`
      : undefined,
  );

  const operations: ServiceCluster['operations'] = {
    ...settings.operations,
    ...definitions.operations,
    ...history.operations,
    ...rollbackOperations<Deployment, Service>({
      history,
      clock,
      deployBack: (service, back) => {
        const { taskDefinition } = back.to;
        note(service, 'deployed', service.taskDefinition, taskDefinition);
        deploy(service, taskDefinition, back);
      },
    }),
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
      definitions.refuseUnknown(taskDefinition);
      if (desiredCount !== service.desiredCount) {
        note(service, 'scaled', String(service.desiredCount), String(desiredCount));
        service.desiredCount = desiredCount;
        for (const deployment of service.deployments) {
          deployment.desiredCount = desiredCount;
          if (deployment.rolloutState === 'COMPLETED') deployment.runningCount = desiredCount;
        }
      }
      const isOther = taskDefinition !== service.taskDefinition;
      if (isOther || asked.forceNewDeployment === true) {
        note(service, isOther ? 'deployed' : 'redeployed', service.taskDefinition, taskDefinition);
        deploy(service, taskDefinition);
      }
      return { service: answerOf(service) };
    },
  };

  return {
    operations,
    changes,
    settings,
    register: definitions.register,
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
        replaces: [],
      };
      services.set(`${cluster}/${name}`, {
        ...{ cluster, name, taskDefinition, desiredCount, controller },
        ...{ deployments: [deployment], history: [deployment] },
      });
    },
  };
}
