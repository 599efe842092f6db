import { type ArnComponents, ArnFormat, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { HealingFunction } from './healing-function.ts';

const NODES = [
  { service: 'ec2', resource: 'instance', resourceName: '*' },
  { service: 'ssm', resource: 'managed-instance', resourceName: '*' },
] as const satisfies ArnComponents[];

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
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
   */
  grantSend(grantee: HealingFunction, documentNames: readonly string[]): void {
    const documents = documentNames.map((resourceName) =>
      this.arn({ service: 'ssm', resource: 'document', resourceName }),
    );
    grantee.grant(['ssm:SendCommand'], documents);
    grantee.grant(
      ['ssm:SendCommand'],
      NODES.map((node) => this.arn(node)),
      this.onManagedNodes,
    );
    for (const { service, resource } of NODES) {
      grantee.acknowledgeWildcard(
        `${service}:${resource}/*`,
        'Nodes come and go; the condition on the managed tag says which of them may be sent a command.',
      );
    }
  }

  private arn(components: ArnComponents): string {
    return Stack.of(this).formatArn({ arnFormat: ArnFormat.SLASH_RESOURCE_NAME, ...components });
  }
}
