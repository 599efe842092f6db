import type { LocalEndpoint } from './endpoint.ts';

/** An operation of a service that speaks JSON, as its requests name it. */
export interface JsonOperation {
  /** As signatures name it: emulators tell services by it. */
  readonly service: string;
  /** `X-Amz-Target`, such as `secretsmanager.GetSecretValue`. */
  readonly target: string;
}

/**
 * Calls a service of an emulator that nothing else here needs an SDK client for. Nobody checks signatures there.
 *
 * @throws Error with what the service said
 */
export async function callJsonService(
  { endpoint, region }: LocalEndpoint,
  { service, target }: JsonOperation,
  input: unknown,
): Promise<unknown> {
  const scope = `test/20260101/${region}/${service}/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target}: ${response.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}
