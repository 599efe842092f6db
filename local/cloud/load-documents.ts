import { CreateDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { LocalEndpoint } from './endpoint.ts';

const documentResource = z.object({
  Type: z.literal('AWS::SSM::Document'),
  Properties: z.object({ Name: z.string(), Content: z.unknown() }),
});

const template = z.object({ Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) });

/** Creates the SSM documents of a synthesized template, which MiniStack's CloudFormation does not support. */
export async function loadDocuments(
  endpoint: LocalEndpoint,
  synthesized: unknown,
): Promise<readonly string[]> {
  const client = new SSMClient(endpoint);
  const resources = Object.values(template.parse(synthesized).Resources);
  const documents = resources
    .filter(({ Type }) => Type === 'AWS::SSM::Document')
    .map((one) => documentResource.parse(one));
  for (const { Properties } of documents) {
    await client.send(
      new CreateDocumentCommand({
        Name: Properties.Name,
        Content: JSON.stringify(Properties.Content),
        DocumentType: 'Command',
        DocumentFormat: 'JSON',
      }),
    );
  }
  return documents.map(({ Properties }) => Properties.Name);
}
