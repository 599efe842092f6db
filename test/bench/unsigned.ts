import type { LocalEndpoint } from '../../local/cloud/endpoint.ts';

/** Nobody checks signatures on an emulator; the scope says which service is meant. */
export function unsigned({ region }: LocalEndpoint, service: string): Record<string, string> {
  const scope = `test/20260101/${region}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
}
