import type { Question } from '../ministack/iam.ts';
import type { Place } from './events.ts';
import type { ManagedNode } from './host-runner.ts';

/**
 * The permissions that a request needs. Only SendCommand has resources: its document, and each node with its tags.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function questionsOf(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  nodes: readonly ManagedNode[],
  { region, account }: Place,
): readonly Question[] {
  const action = `ssm:${operation}`;
  if (operation !== 'SendCommand') return [{ action, resource: '*' }];
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const ids = (input['InstanceIds'] ?? []) as readonly string[];
  return [
    { action, resource: arn('ssm', `document/${String(input['DocumentName'])}`) },
    ...ids.map((id) => ({
      action,
      resource: id.startsWith('mi-') ? arn('ssm', `managed-instance/${id}`) : arn('ec2', `instance/${id}`),
      context: tagContext(nodes.find(({ instanceId }) => instanceId === id)),
    })),
  ];
}

function tagContext(node: ManagedNode | undefined): Readonly<Record<string, string>> {
  const tags = Object.entries(node?.tags ?? {});
  return Object.fromEntries(tags.map(([key, value]) => [`ssm:resourceTag/${key}`, value]));
}
