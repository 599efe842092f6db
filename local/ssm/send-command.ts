import type { Command, Invocation } from './commands.ts';
import type { DocumentStore } from './documents.ts';
import type { ManagedNode } from './host-runner.ts';
import { resolveParameters } from './parameters.ts';
import { SsmError } from './protocol.ts';
import { readRequest, sendCommandRequest } from './requests.ts';
import { stepTimeoutSeconds } from './step-execution.ts';

/** What it takes to make a command from a request. */
export interface SendCommandDeps {
  documents: DocumentStore;
  nodes: () => ManagedNode[];
  requiredNodeTag?: { readonly key: string; readonly value: string };
  now: () => Date;
  newId: () => string;
}

/**
 * Makes a command with pending invocations from a SendCommand request.
 * @throws SsmError `ValidationException`, `InvalidDocument`, `InvalidDocumentVersion`, `InvalidParameters`,
 * `InvalidInstanceId`, `DuplicateInstanceId`, `AccessDeniedException`.
 */
export function acceptCommand(deps: SendCommandDeps, input: Record<string, unknown>): Command {
  const request = readRequest(sendCommandRequest, input);
  const content = deps.documents.content(request.DocumentName, request.DocumentVersion);
  const parameters = resolveParameters(content, request.Parameters);
  const nodes = selectNodes(deps.nodes(), request.InstanceIds, request.Targets);
  authorise(nodes, deps.requiredNodeTag);
  const requestedAt = deps.now();
  const executionSeconds = content.mainSteps
    .map((step) => stepTimeoutSeconds(step, parameters))
    .reduce((sum, seconds) => sum + seconds, 0);
  return {
    commandId: deps.newId(),
    documentName: request.DocumentName,
    documentVersion: request.DocumentVersion,
    content,
    parameters,
    comment: request.Comment,
    requestedAt,
    expiresAfter: new Date(requestedAt.getTime() + (request.TimeoutSeconds + executionSeconds) * 1000),
    deliveryTimeoutSeconds: request.TimeoutSeconds,
    instanceIds: request.InstanceIds,
    targets: request.Targets,
    maxConcurrency: request.MaxConcurrency,
    maxErrors: request.MaxErrors,
    detail: nodes.length === 0 ? 'NoInstancesInTag' : 'Pending',
    invocations: nodes.map((node) =>
      invocationOn(
        node,
        content.mainSteps.map((step) => step.name),
      ),
    ),
  };
}

/** IAM answers for all nodes at once: one without the tag refuses the whole command. */
function authorise(
  nodes: readonly ManagedNode[],
  tag: { readonly key: string; readonly value: string } | undefined,
): void {
  if (tag === undefined) return;
  const denied = nodes.find((node) => node.tags[tag.key] !== tag.value);
  if (denied === undefined) return;
  const resource = denied.instanceId.startsWith('mi-')
    ? `ssm:us-east-1:000000000000:managed-instance/${denied.instanceId}`
    : `ec2:us-east-1:000000000000:instance/${denied.instanceId}`;
  throw new SsmError(
    'AccessDeniedException',
    `User: arn:aws:sts::000000000000:assumed-role/selfheal/function is not authorized to perform: ssm:SendCommand on resource: arn:aws:${resource} because no identity-based policy allows the ssm:SendCommand action`,
  );
}

function invocationOn(node: ManagedNode, stepNames: string[]): Invocation {
  return {
    instanceId: node.instanceId,
    computerName: node.computerName,
    detail: 'Pending',
    plugins: stepNames.map((name) => ({ name, detail: 'Pending', responseCode: -1, stdout: '', stderr: '' })),
    cancel: new AbortController(),
  };
}

/**
 * The nodes that a request selects. All ids must be known; tags may match none, which is not an error. Several targets
 * must all match, each with one of its values.
 */
function selectNodes(
  nodes: ManagedNode[],
  instanceIds: string[],
  targets: { Key: string; Values: string[] }[],
): ManagedNode[] {
  if (instanceIds.length === 0 && targets.length === 0) {
    throw new SsmError('ValidationException', 'InstanceIds or Targets must be given.');
  }
  if (instanceIds.length > 0 && targets.length > 0) {
    throw new SsmError('ValidationException', 'InstanceIds and Targets cannot be given together.');
  }
  refuseDuplicates(instanceIds);
  const known = new Map(nodes.map((node) => [node.instanceId, node]));
  const byId = (ids: string[]) =>
    ids.map((id) => {
      const node = known.get(id);
      if (node === undefined)
        throw new SsmError('InvalidInstanceId', `Instances [[${id}]] not in a valid state for account`);
      return node;
    });
  if (instanceIds.length > 0) return byId(instanceIds);
  return targets.reduce((left, target) => left.filter(matcherOf(target, byId)), nodes);
}

/** "You can't specify a managed node ID in more than one place" (SendCommand and CancelCommand, DuplicateInstanceId). */
export function refuseDuplicates(instanceIds: readonly string[]): void {
  const twice = instanceIds.find((id, index) => instanceIds.indexOf(id) !== index);
  if (twice !== undefined)
    throw new SsmError('DuplicateInstanceId', `The managed node ID ${twice} is given more than once.`);
}

function matcherOf(target: { Key: string; Values: string[] }, byId: (ids: string[]) => ManagedNode[]) {
  if (target.Key.toLowerCase() === 'instanceids') {
    const wanted = new Set(byId(target.Values));
    return (node: ManagedNode) => wanted.has(node);
  }
  if (target.Key === 'tag-key') {
    return (node: ManagedNode) => target.Values.some((key) => Object.hasOwn(node.tags, key));
  }
  const tag = /^tag:(.+)$/.exec(target.Key)?.[1];
  if (tag === undefined) {
    throw new SsmError(
      'ValidationException',
      `Target key "${target.Key}" must be InstanceIds, tag-key or tag:<key>.`,
    );
  }
  return (node: ManagedNode) => {
    const value = node.tags[tag];
    return value !== undefined && target.Values.includes(value);
  };
}
