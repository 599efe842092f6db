import type { Transition } from './alias-transition.ts';
import { LambdaServiceError } from './errors.ts';

/** What a version of a function does with a request. */
export type VersionCode = (event: unknown) => unknown;

/** What is published as a whole. */
export interface Configuration {
  readonly code: VersionCode;
  readonly codeSha256: string;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  readonly tracing: 'Active' | 'PassThrough';
  readonly logging: Readonly<Record<string, string>>;
}

export interface Version {
  readonly version: string;
  readonly configuration: Configuration;
  readonly description?: string | undefined;
  state: 'Active' | 'Failed' | 'Inactive' | 'Pending';
  failsInit?: boolean;
}

export interface Alias extends Transition {
  description: string;
  revision: string;
}

export interface DeployedFunction {
  readonly versions: Version[];
  /** What is not published. */
  latest: Configuration;
  revision: string;
  isUpdating: boolean;
  readonly aliases: Map<string, Alias>;
  /** Numbers are given once. */
  published: number;
  reserved?: number;
}

/** The update that was made last is done once a request has come too early. */
export function checkIdle(deployed: DeployedFunction): void {
  if (!deployed.isUpdating) return;
  deployed.isUpdating = false;
  throw new LambdaServiceError(
    'ResourceConflictException',
    'The operation cannot be performed at this time. An update is in progress for resource.',
    409,
  );
}
