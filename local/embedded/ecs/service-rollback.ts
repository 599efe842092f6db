import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import { type RollbackStatus, type ServiceHistory, serviceDeploymentStatus } from './service-history.ts';

/** Until ECS begins to go back. */
const BEGINS_AFTER_MS = 1_000;

const GOES_BACK = new Set(['IN_PROGRESS', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS']);

const stopInput = z.object({ serviceDeploymentArn: z.string(), stopType: z.literal('ROLLBACK') });

/** How ECS goes back from a deployment. */
export interface WayBack<Deployment> {
  /** The deployment that it replaced. */
  readonly to: Deployment;
  /** Called when it is over. */
  readonly ended: (status: RollbackStatus) => void;
}

interface Stoppable {
  readonly status: 'PRIMARY' | 'ACTIVE';
  readonly taskDefinition: string;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly replaces: readonly Stoppable[];
  rollback?: RollbackStatus;
}

/**
 * The operation that has ECS go back from a service deployment. It is refused of one that is over; another deployment that
 * begins meanwhile ends the rollback.
 *
 * @param deployBack begins to deploy what ran before
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html
 */
export function rollbackOperations<
  Deployment extends Stoppable & { readonly replaces: readonly Deployment[] },
  Service extends {
    readonly cluster: string;
    readonly name: string;
    readonly history: readonly Deployment[];
  },
>({
  history,
  clock,
  deployBack,
}: {
  readonly history: Pick<ServiceHistory<Service>, 'find'>;
  readonly clock: Pick<EmbeddedClock, 'after'>;
  readonly deployBack: (service: Service, back: WayBack<Deployment>) => void;
}): Readonly<Record<'StopServiceDeployment', (input: unknown) => object>> {
  return {
    StopServiceDeployment: (input) => {
      const { serviceDeploymentArn } = stopInput.parse(input);
      const found = history.find(serviceDeploymentArn);
      if (!found) throw new ApiError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
      const { service } = found;
      const deployment: Deployment = found.deployment;
      const status = serviceDeploymentStatus(deployment);
      if (!GOES_BACK.has(status))
        throw new ApiError('ConflictException', `Service deployment is in ${status} and cannot be stopped.`);
      if (deployment.rollback === undefined) {
        const [to] = deployment.replaces;
        if (!to) throw new ApiError('ClientException', 'There is no service revision to roll back to.');
        deployment.rollback = 'ROLLBACK_REQUESTED';
        clock.after(BEGINS_AFTER_MS, () => {
          if (deployment.status !== 'PRIMARY') return;
          const ended = (status: RollbackStatus) => {
            deployment.rollback = status;
          };
          deployBack(service, { to, ended });
          deployment.rollback = 'ROLLBACK_IN_PROGRESS';
        });
      }
      return { serviceDeploymentArn };
    },
  };
}
