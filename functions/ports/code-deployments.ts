import type { CodeDeployment } from '../core/target/code-deployment.ts';

/** What is deployed to a deployment group. */
export interface DeploymentRequest {
  /** As `CodeDeployment` has it. */
  readonly revision: string;
  readonly description: string;
  /** @default CodeDeploy's own: files that no deployment has put there fail it */
  readonly fileExistsBehavior?: string | undefined;
}

/**
 * Deployments of CodeDeploy, by `application/deployment-group`. None of its calls has an idempotency token, but a group
 * has one deployment in progress at most.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface CodeDeployments {
  /**
   * Deployments that were created since, the newest first.
   *
   * @param sinceMs epoch milliseconds
   * @param untilMs epoch milliseconds. @default until now
   */
  readonly since: (group: string, sinceMs: number, untilMs?: number) => Promise<readonly CodeDeployment[]>;
  readonly read: (id: string) => Promise<CodeDeployment>;
  /** A revision as it was read, together with the content of its AppSpec, which deployments are read without. */
  readonly withAppSpec: (group: string, revision: string) => Promise<string>;
  /**
   * Begins a deployment to all of the group, as the group's own settings say, but without its alarms and its automatic
   * rollback. The revision has the content of its AppSpec with it, if it has one.
   *
   * @returns its id
   * @throws ServiceUnavailable: also while another deployment to the group is in progress
   */
  readonly create: (group: string, request: DeploymentRequest) => Promise<string>;
  /**
   * Stops a deployment. One that is over is left as it is.
   *
   * @param goesBack whether CodeDeploy deploys the last successful revision then
   * @returns whether it is being stopped: `false` if it was over
   */
  readonly stop: (id: string, goesBack: boolean) => Promise<boolean>;
}
