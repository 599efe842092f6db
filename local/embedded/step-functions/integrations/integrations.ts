import { InvalidDefinition } from '../errors.ts';
import type { Integration } from './integration.ts';
import { lambdaInvoke } from './lambda-invoke.ts';
import { sendMessage } from './send-message.ts';
import { startExecution } from './start-execution.ts';

const INTEGRATIONS = [lambdaInvoke, startExecution, sendMessage];
const PREFIX = 'arn:aws:states:::';
const CALLBACK = '.waitForTaskToken';

/** @throws InvalidDefinition for a resource that is not known here */
export function findIntegration(
  resource: string,
  stateName: string,
): { readonly integration: Integration; readonly waitsForToken: boolean } {
  const waitsForToken = resource.endsWith(CALLBACK);
  const called = waitsForToken ? resource.slice(0, -CALLBACK.length) : resource;
  const integration = INTEGRATIONS.find((each) => `${PREFIX}${each.resource}` === called);
  if (integration === undefined || (waitsForToken && !integration.hasCallback)) {
    const known = INTEGRATIONS.flatMap(({ resource: name, hasCallback }) =>
      hasCallback ? [name, `${name}${CALLBACK}`] : [name],
    );
    throw new InvalidDefinition(
      `${stateName}.Resource: ${resource} is not known here; ${PREFIX} and ${known.join(', ')} are`,
    );
  }
  return { integration, waitsForToken };
}

/** @throws InvalidDefinition for an argument that is missing or not known here */
export function checkArguments(
  { resource, required, optional }: Integration,
  given: Readonly<Record<string, unknown>>,
  stateName: string,
): void {
  const known = [...required, ...optional];
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const missing = required.filter((name) => !Object.hasOwn(given, name));
  if (unknown.length > 0)
    throw new InvalidDefinition(
      `${stateName}.Arguments: ${unknown.join(', ')} of ${resource} not known here`,
    );
  if (missing.length > 0)
    throw new InvalidDefinition(`${stateName}.Arguments: ${resource} needs ${missing.join(', ')}`);
}
