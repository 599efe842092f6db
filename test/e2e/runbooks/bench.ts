import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateDocumentCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationResult,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { allRunbooks } from '../../../infra/constructs/all-runbooks.ts';
import { type Host, type HostOptions, startHost } from '../../../local/hosts/host.ts';
import type { EventEntry } from '../../../local/ssm/events.ts';
import { createNspawnHostRunner } from '../../../local/ssm/nspawn-host-runner.ts';
import { substitute } from '../../../local/ssm/parameters.ts';
import { type SsmServer, startSsmServer } from '../../../local/ssm/server.ts';

const RUN_SCRIPTS = '/opt/run-scripts.py';

const instanceId = 'i-0123456789abcdef0';

/** Statuses of a command that has not ended. */
const UNFINISHED = new Set(['Pending', 'InProgress', 'Cancelling']);

/** What a runbook came to, read as the engine reads it. */
export interface Outcome {
  status: string;
  exitCode: number;
  /** The JSON object of the last stdout line, if there is one. */
  result: Record<string, unknown> | undefined;
  /** The code of the last `selfheal: <CODE>:` line on stderr, and the whole line. */
  code: string | undefined;
  message: string;
  stdout: string;
  stderr: string;
}

/** Changes a runbook's script before parameters are put into it. */
export type Edit = (script: string) => string;

/** A host, the SSM endpoint and every runbook's document on it. */
export interface Bench {
  host: Host;
  ssm: SSMClient;
  server: SsmServer;
  /** Sends a runbook over the API, with the common parameters filled in, and waits for its end. */
  run(action: string, parameters?: Record<string, string>): Promise<Outcome>;
  /** Runs a runbook's script with parameters that nobody has checked, as the agent would. */
  runUnchecked(action: string, parameters: Record<string, string>, edit?: Edit): Promise<Outcome>;
  /** The same for many sets of parameters, in far less time: without what the agent does around each. */
  runEachUnchecked(action: string, parameters: Record<string, string>[], edit?: Edit): Promise<Outcome[]>;
  /** Runs a script on the host; throws if it fails. Returns stdout, trimmed. */
  sh(script: string): Promise<string>;
  /** Writes a unit file, or a drop-in, and has systemd read it. @param name such as `web.service` */
  installUnit(name: string, text: string): Promise<void>;
  /** The state of each unit, such as `active inactive`. */
  unitStates(...names: string[]): Promise<string>;
  close(): Promise<void>;
}

/** Whether the table that isolates the host is there: `yes` or `no`. */
export function isIsolated(bench: Bench): Promise<string> {
  return bench.sh('nft list table inet selfheal >/dev/null 2>&1 && echo yes || echo no');
}

/** The status that the host's web server gives this machine. */
export function answersOutside({ host }: Bench): Promise<number | 'no answer'> {
  return fetch(`http://${host.ip}/`, { signal: AbortSignal.timeout(1000) }).then(
    (response) => response.status,
    () => 'no answer' as const,
  );
}

const UNEDITED: Edit = (script) => script;

let operations = 0;

/** An operation id that was not used before in this process. */
export function newOperationId(): string {
  operations += 1;
  return `operation-${process.pid}-${operations}`;
}

/** Parameters that every runbook takes; a new operation each time unless given. */
function commonParameters(given: Record<string, string> = {}): Record<string, string> {
  return {
    operationId: newOperationId(),
    stepId: 'heal-0',
    fence: '1',
    component: 'web',
    executionTimeout: '60',
    ...given,
  };
}

/** A systemd unit that runs a small program written for the test, and is not started yet. */
export async function installService(
  host: Host,
  name: string,
  python: string,
  unitLines = '',
): Promise<string> {
  await host.writeFile(`/opt/${name}.py`, python);
  await host.writeFile(
    `/etc/systemd/system/${name}.service`,
    `[Service]\nExecStart=/usr/bin/python3 -u /opt/${name}.py\n${unitLines}\n`,
  );
  await host.exec('systemctl daemon-reload');
  return `${name}.service`;
}

/** Boots a host and serves it. */
export async function startBench(options: Partial<HostOptions> = {}): Promise<Bench> {
  const host = await startHost({ name: 'web', instanceId, ...options });
  const runner = createNspawnHostRunner(() => [host]);
  const runbooks = allRunbooks();
  const ends = new CommandEnds();
  const server = await startSsmServer({
    runner,
    publish: async (event) => ends.note(event),
    visibleAfterMs: 0,
  });
  const ssm = new SSMClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  for (const { name, content } of runbooks) {
    await ssm.send(
      new CreateDocumentCommand({ Name: name, Content: JSON.stringify(content), DocumentType: 'Command' }),
    );
  }
  await host.writeFile(RUN_SCRIPTS, await readFile(join(import.meta.dirname, 'run-scripts.py'), 'utf8'));
  const scriptOf = (action: string, parameters: Record<string, string>, edit: Edit = UNEDITED) => {
    const content = runbooks.find((runbook) => runbook.action === action)?.content;
    const step = content?.mainSteps[0];
    if (content === undefined || step === undefined) throw new Error(`there is no runbook for ${action}`);
    const defaults = Object.entries(content.parameters).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    );
    const all = { ...Object.fromEntries(defaults), ...commonParameters(parameters) };
    const script = step.inputs.runCommand.join('\n');
    const edited = edit(script);
    if (edited === script && edit !== UNEDITED)
      throw new Error(`the edit finds nothing to change in the script of ${action}`);
    return `${substitute(edited, lists(all))}\n`;
  };
  const sh = async (script: string) => {
    const result = await host.exec(`set -euo pipefail\n${script}`);
    if (result.exitCode !== 0) throw new Error(`${script}\nexit code ${result.exitCode}: ${result.stderr}`);
    return result.stdout.trim();
  };
  return {
    host,
    ssm,
    server,
    run: async (action, parameters) => {
      const sent = await ssm.send(
        new SendCommandCommand({
          DocumentName: `selfheal-${action.replaceAll('_', '-')}`,
          InstanceIds: [instanceId],
          Parameters: lists(commonParameters(parameters)),
        }),
      );
      const CommandId = sent.Command?.CommandId ?? '';
      await ends.of(CommandId);
      return outcomeOf(
        await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: instanceId })),
      );
    },
    runUnchecked: async (action, parameters, edit) => {
      const { stdout, stderr, exitCode } = await runner.runScript(instanceId, {
        script: scriptOf(action, parameters, edit),
        commandId: newOperationId(),
        stepName: action,
        timeoutSeconds: 60,
        signal: new AbortController().signal,
      });
      return endOf({ stdout, stderr, exitCode: exitCode ?? -1 });
    },
    runEachUnchecked: async (action, parameters, edit) => {
      const scripts = parameters.map((each) => scriptOf(action, each, edit));
      const { stdout, stderr } = await host.exec(`python3 ${RUN_SCRIPTS}`, {
        input: JSON.stringify(scripts),
      });
      if (stdout === '') throw new Error(`${RUN_SCRIPTS}: ${stderr}`);
      return (JSON.parse(stdout) as End[]).map(endOf);
    },
    sh,
    installUnit: async (name, text) => {
      await host.writeFile(`/etc/systemd/system/${name}`, text);
      await sh('systemctl daemon-reload');
    },
    unitStates: (...names) => sh(`systemctl is-active ${names.join(' ')} | tr '\\n' ' ' || true`),
    close: async () => {
      await server.close();
      await host.stop();
    },
  };
}

function lists(parameters: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
}

/** When commands have ended on the host, as the events of SSM say: to ask again and again takes much of a processor. */
class CommandEnds {
  private readonly ends = new Map<string, PromiseWithResolvers<void>>();

  note({ DetailType, Detail }: EventEntry): void {
    if (DetailType !== 'EC2 Command Invocation Status-change Notification') return;
    const { 'command-id': commandId, status } = JSON.parse(Detail) as Record<string, string>;
    if (!UNFINISHED.has(status ?? '')) this.endOf(commandId ?? '').resolve();
  }

  /** Resolves once the command has ended, even if it had before. */
  of(commandId: string): Promise<void> {
    return this.endOf(commandId).promise;
  }

  private endOf(commandId: string): PromiseWithResolvers<void> {
    const end = this.ends.get(commandId) ?? Promise.withResolvers<void>();
    this.ends.set(commandId, end);
    return end;
  }
}

interface End {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function endOf({ exitCode, stdout, stderr }: End): Outcome {
  return outcomeOf({
    StandardOutputContent: stdout,
    StandardErrorContent: stderr,
    ResponseCode: exitCode,
    StatusDetails: exitCode === 0 ? 'Success' : 'Failed',
  });
}

/** Reads stdout and stderr as the runbooks promise them. The agent may add lines behind ours on stderr. */
function outcomeOf(invocation: GetCommandInvocationResult): Outcome {
  const stdout = invocation.StandardOutputContent ?? '';
  const stderr = invocation.StandardErrorContent ?? '';
  const message = stderr.split('\n').findLast((line) => line.startsWith('selfheal: ')) ?? '';
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  return {
    status: invocation.StatusDetails ?? '',
    exitCode: invocation.ResponseCode ?? -1,
    result: last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : undefined,
    code: /^selfheal: ([A-Z_]+): /.exec(message)?.[1],
    message,
    stdout,
    stderr,
  };
}
