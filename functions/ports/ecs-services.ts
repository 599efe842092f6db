import type { EcsService, PastDeployment, ServiceName } from '../core/target/ecs-service.ts';
import type { ServiceDeploymentCourse } from '../core/target/service-rollback.ts';

/**
 * Services of ECS, and the clusters that they run in. None of its calls has an idempotency token.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface EcsServices {
  readonly read: (name: ServiceName) => Promise<EcsService>;
  /** ARNs of a family's active task definitions. */
  readonly revisions: (family: string) => Promise<readonly string[]>;
  /** What was deployed in the last months, newest first; empty where ECS keeps no record of it. */
  readonly history: (name: ServiceName) => Promise<readonly PastDeployment[]>;
  /** @param arn of a service deployment */
  readonly course: (arn: string) => Promise<ServiceDeploymentCourse>;
  /** The task definition of a service revision: both by their ARNs. */
  readonly definitionOf: (serviceRevision: string) => Promise<string>;
  /**
   * Has ECS go back from a service deployment in progress to what it replaces. Repeating it changes nothing.
   *
   * @param arn of the service deployment
   * @throws RequestRefused it is over, or ECS does not go back from it
   */
  readonly goBack: (arn: string) => Promise<void>;
  /** Begins to replace the tasks by those of this task definition. @returns the service as it is then */
  readonly deploy: (name: ServiceName, taskDefinition: string) => Promise<EcsService>;
  /** Begins to replace the tasks by new ones of the same task definition. Repeating it does it again. */
  readonly redeploy: (name: ServiceName) => Promise<EcsService>;
  /** How much CloudWatch Container Insights collects of a cluster: `disabled`, `enabled` or `enhanced`. */
  readonly insights: (cluster: string) => Promise<string>;
  readonly setInsights: (cluster: string, value: string) => Promise<void>;
  readonly setCount: (name: ServiceName, desiredCount: number) => Promise<EcsService>;
}
