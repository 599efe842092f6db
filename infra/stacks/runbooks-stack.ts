import { Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { RunbookDefinition } from '../constructs/runbook-document.ts';

export interface RunbooksStackProps extends StackProps {
  readonly runbooks: readonly RunbookDefinition[];
}

/**
 * The runbooks, as SSM Command documents with fixed names. A stack of their own, so that a new runbook can be tried and
 * withdrawn without the engine, and so that an emulator without SSM documents can leave it out.
 */
export class RunbooksStack extends Stack {
  constructor(scope: Construct, id: string, props: RunbooksStackProps) {
    super(scope, id, {
      description: 'Selfheal: the runbooks, as SSM Command documents',
      ...props,
    });
    Validations.of(this).acknowledge({
      id: 'Annotation::@aws-cdk/core:Stack.templateSize',
      reason: 'The synthesis stops before the quota is exceeded; the size depends on no configuration.',
    });
    for (const { name, content } of props.runbooks) {
      new CfnDocument(this, name, {
        name,
        content,
        documentType: 'Command',
        documentFormat: 'JSON',
        updateMethod: 'NewVersion',
      });
    }
  }
}
