import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../functions/adapters/ssm/runbook-runner.ts';
import {
  ACTION_TYPES,
  type ActionType,
  actionDefinition,
} from '../../functions/core/actions/action-table.ts';
import { runbookOf } from '../../functions/core/actions/runbook-of.ts';
import { SIZES_AT_MOST } from '../../functions/core/actions/value-rules.ts';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { allRunbooks } from '../../infra/constructs/all-runbooks.ts';
import { type SsmServer, startSsmServer } from '../../local/ssm/server.ts';
import { brokenRequests } from './aws-model/broken-requests.ts';
import { postRequest } from './aws-model/post-request.ts';
import { type RecordedService, recordService } from './aws-model/recorded-service.ts';
import { type ServiceModel, serviceModel } from './aws-model/service-model.ts';

const NODES = ['i-0123456789abcdef0', 'mi-0123456789abcdef1'];
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

let model: ServiceModel;
let server: SsmServer;
let recorded: RecordedService;

beforeAll(async () => {
  model = await serviceModel('ssm', '2014-11-06');
  server = await startSsmServer({
    visibleAfterMs: 0,
    publish: async () => undefined,
    runner: {
      nodes: () =>
        NODES.map((instanceId) => ({
          instanceId,
          tags: { 'selfheal:managed': 'true', tier: 'web' },
          platformType: 'Linux',
          computerName: 'host',
          ipAddress: '10.0.0.1',
        })),
      reachable: () => true,
      runScript: async () => ({ exitCode: 0, stdout: '{}\n', stderr: 'said\n', timedOut: false }),
    },
  });
  recorded = await recordService(server.url);
});
afterAll(async () => {
  await recorded?.close();
  await server?.close();
});

const post = (operation: string, request: unknown) =>
  postRequest(recorded.url, `AmazonSSM.${operation}`, request, '1.1');

const CONTENT = JSON.stringify({
  schemaVersion: '2.2',
  parameters: { unit: { type: 'String', default: 'a', allowedPattern: '^[a-z]+$' } },
  mainSteps: [{ action: 'aws:runShellScript', name: 'acts', inputs: { runCommand: ['true'] } }],
});

describe('requests of the functions to Run Command, and the answers', () => {
  it('satisfy AWS’s model of the API', async () => {
    recorded.calls.length = 0;
    const client = new SSMClient({
      ...{ endpoint: recorded.url, region: 'us-east-1', credentials: CREDENTIALS },
      maxAttempts: 1,
    });
    for (const { name, content } of allRunbooks()) {
      await post('CreateDocument', { Name: name, Content: JSON.stringify(content), DocumentType: 'Command' });
    }
    const runner = createSsmRunbookRunner({ client, managedTag: { key: 'selfheal:managed', value: 'true' } });
    expect(await runner.resolveTargets({ instanceIds: NODES })).toHaveLength(2);
    expect(await runner.resolveTargets({ tags: { 'selfheal:managed': 'true', tier: 'web' } })).toHaveLength(
      2,
    );
    const sent = [];
    for (const request of largestRequests()) sent.push(await runner.send(request));
    expect(sent.length).toBeGreaterThan(10);
    for (const commandId of sent) {
      await expect.poll(async () => (await runner.getCommand(commandId))?.status).toBe('Success');
      const done = { statusDetails: 'Success', hasBegun: true, exitCode: 0 };
      expect(await runner.listInvocations(commandId)).toMatchObject(NODES.map(() => done));
      await runner.cancel(commandId);
    }
    const [{ comment, document }] = largestRequests() as [ReturnType<typeof largestRequests>[number]];
    expect(await runner.findCommand(comment, Date.now() - 60_000, document)).toBeDefined();
    expect(await runner.findCommand(comment, Date.now() + 60_000, document)).toBeUndefined();

    const operations = new Set(recorded.calls.map(({ operation }) => operation));
    expect([...operations].sort()).toEqual([
      'CancelCommand',
      'CreateDocument',
      'DescribeInstanceInformation',
      'ListCommandInvocations',
      'ListCommands',
      'SendCommand',
    ]);
    expect(recorded.faults(model)).toEqual([]);
  });
});

/** Every action with the longest values that the configuration takes. */
function largestRequests() {
  const path = (index: number) => `/srv/${'p'.repeat(247)}${100 + index}`;
  const paths = Array.from({ length: 20 }, (_, index) => path(index));
  const emptied = Array.from({ length: 20 }, (_, index) => path(100 + index));
  const largestParams: Partial<Record<ActionType, object>> = {
    disable_rules: { files: paths },
    enable_monitoring: { logLevel: 'WARN' },
    increase_resources: {
      ladder: Array.from({ length: SIZES_AT_MOST }, (_, index) => ({
        memoryMiB: 999_980 + index,
        cpuPercent: 10_000 + index,
      })),
    },
  };
  /** Of 251 characters, in parts of 63 and 59. */
  const longestName = (index: number) =>
    [`${index}${'n'.repeat(60)}`, 'n'.repeat(63), 'n'.repeat(63), 'n'.repeat(59)].join('.');
  const name = `c${'x'.repeat(62)}`;
  const loaded = loadConfiguration(
    JSON.stringify({
      components: {
        [name]: {
          targets: { instanceIds: NODES },
          service: `A${'b'.repeat(120)}.service`,
          health: { url: 'https://a.example.com/', hostUrl: `http://a.example.com/${'q'.repeat(491)}` },
          configPaths: paths,
          tempPaths: emptied,
          certificate: {
            keyFile: path(0),
            certificateFile: path(1),
            names: Array.from({ length: 20 }, (_, index) => longestName(100 + index)),
          },
          database: { engine: 'postgresql', dataDirectory: path(0) },
          release: { link: path(200), directory: path(201) },
          rules: { engine: 'prometheus', files: paths },
          maxConcurrentTargets: 50,
        },
      },
      strategies: [{ id: 's', trigger: { statuses: ['OFFLINE'] }, actions: [{ type: 'start_component' }] }],
    }),
    'selfheal.yaml',
  );
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const component = loaded.configuration.components[name];
  if (component === undefined) throw new Error(`${name} is not there`);
  return ACTION_TYPES.flatMap((type) => {
    const definition = actionDefinition(type);
    const runbook = runbookOf(definition, 'host');
    if (!runbook) return [];
    const params = definition.params.parse(largestParams[type] ?? {});
    const request = {
      document: runbook.document,
      parameters: {
        ...runbook.parameters(component, params),
        operationId: '20260101T000000Z-0123456789ab',
        stepId: 'rollback-99',
        fence: '999999999999999',
        component: name,
        executionTimeout: '3600',
      },
      instanceIds: NODES,
      comment: `selfheal 20260101T000000Z-0123456789ab ${type} ${'c'.repeat(100)}`.slice(0, 100),
      deliveryTimeoutSeconds: 3_600,
    };
    return [
      { ...request, maxConcurrency: 1, stopsAtError: true },
      { ...request, maxConcurrency: component.maxConcurrentTargets, stopsAtError: false },
    ];
  });
}

describe('the local Run Command', () => {
  const commandId = '01234567-89ab-4cde-8f01-23456789abcd';
  const document = { Name: 'sound', Content: CONTENT };
  const sent = { DocumentName: 'sound', InstanceIds: NODES };
  const SOUND: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    [
      'CreateDocument',
      { ...document, DocumentType: 'Command', DocumentFormat: 'JSON', Tags: [{ Key: 'a', Value: '' }] },
    ],
    [
      'UpdateDocument',
      { Name: 'sound', Content: CONTENT.replace('true', 'false'), DocumentVersion: '$LATEST' },
    ],
    ['UpdateDocumentDefaultVersion', { Name: 'sound', DocumentVersion: '2' }],
    ['DescribeDocument', { Name: 'sound', DocumentVersion: '$DEFAULT' }],
    ['GetDocument', { Name: 'sound', DocumentVersion: '1' }],
    ['SendCommand', { ...sent, Parameters: { unit: ['b'] }, Comment: 'c'.repeat(100), TimeoutSeconds: 30 }],
    ['SendCommand', { ...sent, TimeoutSeconds: 2_592_000, MaxConcurrency: '100%', MaxErrors: '0%' }],
    [
      'SendCommand',
      { DocumentName: 'sound', Targets: [{ Key: 'tag:tier', Values: ['web'] }], MaxConcurrency: '9999999' },
    ],
    [
      'ListCommands',
      {
        MaxResults: 1,
        Filters: [
          { key: 'Status', value: 'Success' },
          { key: 'ExecutionStage', value: 'Complete' },
        ],
      },
    ],
    ['ListCommands', { CommandId: commandId, InstanceId: NODES[1], MaxResults: 50 }],
    [
      'ListCommandInvocations',
      { Details: true, MaxResults: 50, Filters: [{ key: 'InvokedBefore', value: '2024-07-07T00:00:00Z' }] },
    ],
    ['DescribeInstanceInformation', { MaxResults: 5, Filters: [{ Key: 'InstanceIds', Values: NODES }] }],
    ['DeleteDocument', { Name: 'sound' }],
  ];

  it('accepts requests at the bounds of AWS’s model, and answers in its shapes', async () => {
    recorded.calls.length = 0;
    for (const [operation, request] of SOUND) {
      const { status, body } = await post(operation, request);
      expect([operation, status, body]).toEqual([operation, 200, body]);
    }
    expect(recorded.faults(model)).toEqual([]);
  });

  it('answers in AWS’s shape for one invocation, too', async () => {
    await post('CreateDocument', document);
    recorded.calls.length = 0;
    const { body } = await post('SendCommand', sent);
    const { CommandId } = (body as { readonly Command: { readonly CommandId: string } }).Command;
    await expect
      .poll(async () => (await post('GetCommandInvocation', { CommandId, InstanceId: NODES[0] })).body)
      .toMatchObject({ Status: 'Success' });
    expect(recorded.faults(model)).toEqual([]);
    await post('DeleteDocument', { Name: 'sound' });
  });

  it.each([
    ...new Map<string, Readonly<Record<string, unknown>>>([
      ...SOUND.toReversed(),
      ['CancelCommand', { CommandId: commandId }],
      ['GetCommandInvocation', { CommandId: commandId, InstanceId: NODES[0] }],
    ]),
  ])('refuses every %s that breaks a bound of AWS’s model', async (operation, sound) => {
    const requests = brokenRequests(model, operation, sound);
    expect(requests.length).toBeGreaterThan(3);
    const taken: string[] = [];
    for (const { what, request } of requests) {
      const { body } = await post(operation, request);
      const { __type = 'none' } = body as { readonly __type?: string };
      if (__type !== 'ValidationException') taken.push(`${what}: ${__type}`);
    }
    expect(taken).toEqual([]);
  });
});
