import {
  CreateDocumentCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { EventEntry } from '../../../local/ssm/events.ts';
import type { HostRunner, ManagedNode, ScriptResult, ScriptRun } from '../../../local/ssm/host-runner.ts';
import { type SsmServerOptions, startSsmServer } from '../../../local/ssm/server.ts';

/** Runs nothing: `script` decides what each run comes to. */
export interface FakeRunner extends HostRunner {
  runs: (ScriptRun & { instanceId: string })[];
  unreachable: Set<string>;
  /** The most scripts that ran at the same time. */
  peak: number;
}

export const ok: ScriptResult = { exitCode: 0, stdout: 'done\n', stderr: '', timedOut: false };

export function node(number: number, tags: Record<string, string> = {}): ManagedNode {
  const instanceId = `i-0000000000000000${number}`;
  return {
    instanceId,
    tags,
    platformType: 'Linux',
    computerName: `host${number}`,
    ipAddress: `10.0.0.${number}`,
  };
}

export function fakeRunner(
  nodes: ManagedNode[],
  script: (run: ScriptRun, instanceId: string) => Promise<ScriptResult> = async () => ok,
): FakeRunner {
  let running = 0;
  const runner: FakeRunner = {
    runs: [],
    unreachable: new Set(),
    peak: 0,
    nodes: () => nodes,
    reachable: (instanceId) => !runner.unreachable.has(instanceId),
    runScript: async (instanceId, run) => {
      runner.runs.push({ ...run, instanceId });
      running += 1;
      runner.peak = Math.max(runner.peak, running);
      try {
        return await script(run, instanceId);
      } finally {
        running -= 1;
      }
    },
  };
  return runner;
}

export const documentContent = {
  schemaVersion: '2.2',
  description: 'for tests',
  parameters: {
    service: { type: 'String', allowedPattern: '^[a-z]+$' },
    mode: { type: 'String', default: 'start', allowedValues: ['start', 'restart'] },
  },
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'act',
      precondition: { StringEquals: ['platformType', 'Linux'] },
      inputs: { timeoutSeconds: '7', runCommand: ['echo {{ service }} {{mode}}'] },
    },
  ],
};

/** A server over a fake runner with the document `act`, and an SDK client for it. */
export async function startSsmBench(runner: HostRunner, options: Partial<SsmServerOptions> = {}) {
  const events: EventEntry[] = [];
  const server = await startSsmServer({
    runner,
    visibleAfterMs: 0,
    publish: async (event) => {
      events.push(event);
    },
    ...options,
  });
  const client = new SSMClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  await client.send(
    new CreateDocumentCommand({
      Name: 'act',
      Content: JSON.stringify(documentContent),
      DocumentType: 'Command',
    }),
  );
  const invocations = async (commandId: string) => {
    const listed = await client.send(
      new ListCommandInvocationsCommand({ CommandId: commandId, Details: true }),
    );
    return listed.CommandInvocations ?? [];
  };
  return {
    server,
    client,
    events,
    invocations,
    /** A document without parameters that runs a script in one step. */
    createDocument: async (name: string, runCommand: readonly string[]) => {
      const step = { action: 'aws:runShellScript', name: 'act', inputs: { runCommand } };
      const content = { schemaVersion: '2.2', mainSteps: [step] };
      const Content = JSON.stringify(content);
      await client.send(new CreateDocumentCommand({ Name: name, Content, DocumentType: 'Command' }));
    },
    send: async (input: Partial<SendCommandCommandInput>) => {
      const parameters = { service: ['web'] };
      const sent = await client.send(
        new SendCommandCommand({ DocumentName: 'act', Parameters: parameters, ...input }),
      );
      return sent.Command?.CommandId ?? '';
    },
    /** The command and its invocations once all is over. */
    ended: async (commandId: string) => {
      for (;;) {
        const { Commands } = await client.send(new ListCommandsCommand({ CommandId: commandId }));
        const command = Commands?.[0];
        if (command && !['Pending', 'InProgress', 'Cancelling'].includes(command.Status ?? '')) {
          return { command, invocations: await invocations(commandId) };
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/** The statuses that events of one kind told of a command, in order. */
export function statuses(
  events: EventEntry[],
  kind: 'Command Invocation' | 'Command',
  commandId: string,
): string[] {
  return events
    .filter((event) => event.DetailType === `EC2 ${kind} Status-change Notification`)
    .map((event) => JSON.parse(event.Detail) as Record<string, string>)
    .filter((detail) => detail['command-id'] === commandId)
    .map((detail) => detail['status'] ?? '');
}
