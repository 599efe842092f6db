import { ACCOUNT, REGION } from '../../../../local/embedded/cloudformation/stack-resources.ts';
import type { Question } from '../../../../local/ministack/iam.ts';

/** A field of a request. */
export type Input = Readonly<Record<string, unknown>>;

/** What IAM is asked about a request, and what is not in the request itself. */
export interface Facts {
  /** Of an instance or a network interface, by its id. */
  readonly tagsOf: (id: string) => Readonly<Record<string, string>>;
  /** The Auto Scaling group that an instance belongs to. */
  readonly scalingGroupOf: (instanceId: string) => string;
  /** `application/deployment-group` of a deployment. */
  readonly deploymentGroupOf: (deploymentId: string) => string;
  /** The roles that a task definition names. */
  readonly rolesOf: (taskDefinition: string) => readonly string[];
}

/** The questions about one operation. */
export type Asking = (input: Input, facts: Facts) => readonly Question[];

/** The operations of one service, by name. */
export type Askings = Readonly<Record<string, Asking>>;

/** The ARN of something in the account and region of the deployment. @param resource such as `instance/i-…` */
export function arnOf(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** The same action on each of these resources. IAM must allow it on all of them. */
export function on(action: string, ...resources: readonly string[]): readonly Question[] {
  return resources.map((resource) => ({ action, resource }));
}

/** An operation for which IAM knows no resource. */
export function onAny(action: string): Asking {
  return () => on(action, '*');
}
