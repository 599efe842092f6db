import {
  CreateDocumentCommand,
  DeleteDocumentCommand,
  DescribeDocumentCommand,
  UpdateDocumentCommand,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentContent, fakeRunner, node, startSsmBench } from './ssm-bench.ts';

describe('SSM documents', () => {
  let bench: Awaited<ReturnType<typeof startSsmBench>>;
  beforeAll(async () => {
    bench = await startSsmBench(fakeRunner([node(1)]));
  });
  afterAll(() => bench.server.close());

  const create = (Name: string, Content: string) =>
    bench.client.send(
      new CreateDocumentCommand({ Name, Content, DocumentType: 'Command', DocumentFormat: 'JSON' }),
    );

  it('are described with their versions and parameters', async () => {
    await create('versioned', JSON.stringify(documentContent));
    const changed = JSON.stringify({ ...documentContent, description: 'changed' });
    await bench.client.send(
      new UpdateDocumentCommand({ Name: 'versioned', Content: changed, DocumentVersion: '$LATEST' }),
    );
    const { Document } = await bench.client.send(new DescribeDocumentCommand({ Name: 'versioned' }));
    expect(Document).toMatchObject({
      LatestVersion: '2',
      DefaultVersion: '1',
      Status: 'Active',
      DocumentType: 'Command',
    });
    expect(Document?.Parameters?.map((parameter) => parameter.Name)).toEqual(['service', 'mode']);
  });

  it('are refused when the name is taken, the content no document, or over 64 KB', async () => {
    await expect(create('act', JSON.stringify(documentContent))).rejects.toMatchObject({
      name: 'DocumentAlreadyExists',
    });
    await expect(create('broken', '{')).rejects.toMatchObject({ name: 'InvalidDocumentContent' });
    await expect(create('empty', '{"schemaVersion":"2.2"}')).rejects.toMatchObject({
      name: 'InvalidDocumentContent',
    });
    const large = JSON.stringify({ ...documentContent, description: 'x'.repeat(65_536) });
    await expect(create('large', large)).rejects.toMatchObject({ name: 'MaxDocumentSizeExceeded' });
    await expect(
      bench.client.send(new UpdateDocumentCommand({ Name: 'act', Content: JSON.stringify(documentContent) })),
    ).rejects.toMatchObject({ name: 'DuplicateDocumentContent' });
  });

  it('are gone after they were deleted', async () => {
    await create('deleted', JSON.stringify(documentContent));
    await bench.client.send(new DeleteDocumentCommand({ Name: 'deleted' }));
    await expect(bench.client.send(new DescribeDocumentCommand({ Name: 'deleted' }))).rejects.toMatchObject({
      name: 'InvalidDocument',
    });
  });
});
