/** What an SDK client needs to talk to an emulator. */
export interface LocalEndpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export const LOCAL_ACCOUNT = '000000000000';

/** Credentials that no account has: nothing local may ever reach a real one. */
export function localEndpoint(endpoint: string, region = 'us-east-1'): LocalEndpoint {
  return { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}
