import type {
  ConfigDeployment,
  ConfigDeploymentDetail,
  ConfigPlace,
} from '../core/target/config-deployment.ts';

type Environment = Pick<ConfigPlace, 'application' | 'environment'>;

/** What is deployed of a configuration. */
export interface ConfigRequest {
  readonly version: string;
  readonly description: string;
  /** The deployment strategy’s id. */
  readonly strategy: string;
  readonly kmsKey?: string | undefined;
  /** The environment's last deployment, of whatever profile. */
  readonly latestNumber: number;
}

/**
 * Deployments of AppConfig. An environment has one in progress at most.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface ConfigDeployments {
  /** All of an environment, of all its profiles. */
  readonly list: (environment: Environment) => Promise<readonly ConfigDeployment[]>;
  readonly read: (environment: Environment, number: number) => Promise<ConfigDeploymentDetail>;
  /**
   * Begins to deploy a version.
   *
   * @returns the deployment's number
   * @throws ServiceUnavailable: also if another deployment is in progress, or was begun since `latestNumber`
   */
  readonly start: (place: ConfigPlace, request: ConfigRequest) => Promise<number>;
  /** Stops a deployment in progress, or reverts one that is complete: clients get the version before. */
  readonly withdraw: (environment: Environment, number: number) => Promise<void>;
}
