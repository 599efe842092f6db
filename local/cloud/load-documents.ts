import {
  CreateDocumentCommand,
  DocumentAlreadyExists,
  DuplicateDocumentContent,
  SSMClient,
  UpdateDocumentCommand,
  UpdateDocumentDefaultVersionCommand,
} from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { LocalEndpoint } from './endpoint.ts';

const documentResource = z.object({
  Type: z.literal('AWS::SSM::Document'),
  Properties: z.object({ Name: z.string(), Content: z.unknown() }),
});

const template = z.object({ Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) });

/** Creates the SSM documents of a synthesized template, or new versions of them, which MiniStack's CloudFormation does not support. */
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
    const document = { Name: Properties.Name, Content: JSON.stringify(Properties.Content) };
    const created = { ...document, DocumentType: 'Command', DocumentFormat: 'JSON' } as const;
    await client.send(new CreateDocumentCommand(created)).catch(async (error: unknown) => {
      if (!(error instanceof DocumentAlreadyExists)) throw error;
      await addVersion(client, document);
    });
  }
  return documents.map(({ Properties }) => Properties.Name);
}

/** As CloudFormation updates a document with `UpdateMethod: NewVersion`. */
async function addVersion(
  client: SSMClient,
  document: { readonly Name: string; readonly Content: string },
): Promise<void> {
  const update = new UpdateDocumentCommand({
    ...document,
    DocumentVersion: '$LATEST',
    DocumentFormat: 'JSON',
  });
  try {
    const { DocumentDescription } = await client.send(update);
    const DocumentVersion = DocumentDescription?.DocumentVersion ?? '';
    await client.send(new UpdateDocumentDefaultVersionCommand({ Name: document.Name, DocumentVersion }));
  } catch (error) {
    if (!(error instanceof DuplicateDocumentContent)) throw error;
  }
}
