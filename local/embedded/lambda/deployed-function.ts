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
}

interface Provisioned {
  readonly requested: number;
  status: 'IN_PROGRESS' | 'READY';
}

export interface Alias {
  version: string;
  weights: Readonly<Record<string, number>>;
  description: string;
  revision: string;
  provisioned?: Provisioned;
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
