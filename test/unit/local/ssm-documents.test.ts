import {
  CreateDocumentCommand,
  DeleteDocumentCommand,
  DescribeDocumentCommand,
  UpdateDocumentCommand,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentContent, fakeRunner, node, startSsmBench } from './ssm-bench.ts';

const withParameter = (parameter: object) => ({ ...documentContent, parameters: { service: parameter } });
const withStep = (changes: object) => ({
  ...documentContent,
  mainSteps: [{ ...documentContent.mainSteps[0], ...changes }],
});

describe('SSM documents', () => {
  const runner = fakeRunner([node(1)]);
  let bench: Awaited<ReturnType<typeof startSsmBench>>;
  beforeAll(async () => {
    bench = await startSsmBench(runner);
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

  it('are refused when the name is taken, the content is not a document, or it is over 64 KB', async () => {
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

  it.each([
    ['a field beside mainSteps', { ...documentContent, files: {} }],
    ['a parameter of type StringMap', withParameter({ type: 'StringMap' })],
    [
      'a pattern that RE2 refuses',
      withParameter({ type: 'String', allowedPattern: '^(,/[a-z]{1,400}){0,9}$' }),
    ],
    ['a pattern with a look-ahead', withParameter({ type: 'String', allowedPattern: '^(?=a)a$' })],
    [
      'a parameter name that the agent drops',
      { ...documentContent, parameters: { my_unit: { type: 'String' } } },
    ],
    ['another action', withStep({ action: 'aws:runPowerShellScript' })],
    [
      'another operator in a precondition',
      withStep({ precondition: { StringLike: ['platformType', 'L*'] } }),
    ],
    ['a precondition of one operand', withStep({ precondition: { StringEquals: ['platformType'] } })],
    ['onFailure', withStep({ inputs: { runCommand: ['true'], onFailure: 'exit' } })],
    ['finallyStep', withStep({ inputs: { runCommand: ['true'], finallyStep: true } })],
    ['a working directory', withStep({ inputs: { runCommand: ['true'], workingDirectory: '/' } })],
    ['no script', withStep({ inputs: { timeoutSeconds: '7' } })],
  ])('are refused with %s, which AWS or this endpoint would not heed', async (_what, content) => {
    await expect(create('strict', JSON.stringify(content))).rejects.toMatchObject({
      name: 'InvalidDocumentContent',
    });
  });

  it('are sent in the version that is asked for', async () => {
    await create('chosen', JSON.stringify(documentContent));
    const [step] = documentContent.mainSteps;
    const second = { ...documentContent, mainSteps: [{ ...step, inputs: { runCommand: ['echo second'] } }] };
    await bench.client.send(
      new UpdateDocumentCommand({
        Name: 'chosen',
        Content: JSON.stringify(second),
        DocumentVersion: '$LATEST',
      }),
    );
    const scripts: (string | undefined)[] = [];
    for (const DocumentVersion of ['$DEFAULT', '1', '2', '$LATEST']) {
      const InstanceIds = [node(1).instanceId];
      await bench.ended(await bench.send({ DocumentName: 'chosen', DocumentVersion, InstanceIds }));
      scripts.push(runner.runs.at(-1)?.script);
    }
    expect(scripts).toEqual(['echo web start\n', 'echo web start\n', 'echo second\n', 'echo second\n']);
  });

  it('no longer exist after they were deleted', async () => {
    await create('deleted', JSON.stringify(documentContent));
    await bench.client.send(new DeleteDocumentCommand({ Name: 'deleted' }));
    await expect(bench.client.send(new DescribeDocumentCommand({ Name: 'deleted' }))).rejects.toMatchObject({
      name: 'InvalidDocument',
    });
  });
});
