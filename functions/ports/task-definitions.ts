import type { TaskContent } from '../core/target/ecs-service.ts';
import type { TaskResources, TaskSize } from '../core/target/task-size.ts';

/**
 * Task definitions of ECS, by their ARNs.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface TaskDefinitions {
  readonly resources: (taskDefinition: string) => Promise<TaskResources>;
  readonly content: (taskDefinition: string) => Promise<TaskContent>;
  /**
   * Registers a revision that differs from another in its size alone. Nothing runs it until a service is deployed with it.
   * Repeating it registers another one.
   *
   * @returns the ARN of the revision
   */
  readonly registerResized: (taskDefinition: string, size: TaskSize) => Promise<string>;
}
