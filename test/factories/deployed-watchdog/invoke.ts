import type { LocalEndpoint } from '../../../local/cloud/endpoint.ts';

/**
 * Invokes a function and waits for what it returns. The SDK's client for Lambda is a package that nothing else here needs.
 *
 * @throws Error if the function fails
 */
export async function invokeFunction(aws: LocalEndpoint, name: string, event: unknown): Promise<unknown> {
  const answer = await invoke(aws, name, event, 'RequestResponse');
  const text = await answer.text();
  const failed = answer.headers.get('x-amz-function-error') !== null;
  if (!answer.ok || failed) throw new Error(`${name}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

/** Invokes a function as rules do: whatever becomes of it. @throws Error if there is no such function */
export async function invokeLater(aws: LocalEndpoint, name: string, event: unknown): Promise<void> {
  const answer = await invoke(aws, name, event, 'Event');
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
}

async function invoke(
  { endpoint, region, credentials }: LocalEndpoint,
  name: string,
  event: unknown,
  invocationType: 'RequestResponse' | 'Event',
): Promise<Response> {
  // Emulators read the region and the service from it, and check no signature.
  const scope = `${credentials.accessKeyId}/20260101/${region}/lambda/aws4_request`;
  return await fetch(`${endpoint}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      'x-amz-invocation-type': invocationType,
    },
    body: JSON.stringify(event),
  });
}
