import { type ArnComponents, ArnFormat, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { NodeKind } from '../../functions/handlers/table/handler-definition.ts';
import type { HealingFunction } from './healing-function.ts';

/** The service that each kind of node belongs to. */
const SERVICES = { instance: 'ec2', 'managed-instance': 'ssm' } as const satisfies Record<NodeKind, string>;
const ALL_KINDS = Object.keys(SERVICES) as readonly NodeKind[];

/** The tag without which no node can be sent a command. */
export interface RunbookAccessProps {
  readonly key: string;
  readonly value: string;
}

/** Grants the use of SSM Run Command: our documents only, on nodes that carry the managed tag only. */
export class RunbookAccess extends Construct {
  private readonly onManagedNodes: Record<string, unknown>;

  constructor(scope: Construct, id: string, props: RunbookAccessProps) {
    super(scope, id);
    this.onManagedNodes = {
      StringEquals: { [`ssm:resourceTag/${props.key}`]: props.value },
    };
  }

  /**
   * Permission to send these documents. The two resources of a command need a statement each: only nodes have the tag.
   *
   * @param kinds of the nodes
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
   */
  grantSend(
    grantee: HealingFunction,
    documentNames: readonly string[],
    kinds: readonly NodeKind[] = ALL_KINDS,
  ): void {
    const documents = documentNames.map((resourceName) =>
      this.arn({ service: 'ssm', resource: 'document', resourceName }),
    );
    grantee.grant(['ssm:SendCommand'], documents);
    grantee.grant(
      ['ssm:SendCommand'],
      kinds.map((resource) => this.arn({ service: SERVICES[resource], resource, resourceName: '*' })),
      this.onManagedNodes,
    );
    for (const kind of kinds) {
      grantee.acknowledgeWildcard(
        `${SERVICES[kind]}:${kind}/*`,
        'Nodes come and go; the condition on the managed tag says which of them may be sent a command.',
      );
    }
  }

  private arn(components: ArnComponents): string {
    return Stack.of(this).formatArn({ arnFormat: ArnFormat.SLASH_RESOURCE_NAME, ...components });
  }
}
