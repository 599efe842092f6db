import { allRunbooks } from '../../../infra/constructs/all-runbooks.ts';
import type { Command } from '../../ssm/commands.ts';
import { createDocumentStore, type DocumentStore } from '../../ssm/documents.ts';
import { commandEvent, invocationEvent, type EventEntry as SsmEvent } from '../../ssm/events.ts';
import type { HostRunner } from '../../ssm/host-runner.ts';
import type { Operation } from '../../ssm/protocol.ts';
import { createRunCommand } from '../../ssm/run-command.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { EventEntry } from '../event-bridge/event.ts';

const PLACE = { region: 'us-east-1', account: '000000000000' };

export interface RunCommandOptions {
  readonly clock: EmbeddedClock;
  readonly newId: () => string;
  readonly hosts: HostRunner;
  readonly publish: (entry: EventEntry) => void;
  /** The tag that the functions' IAM policies demand of a node. @default none */
  readonly requiredNodeTag?: { readonly key: string; readonly value: string };
  /**
   * How long the API does not know a command that was just sent.
   *
   * @default 200
   */
  readonly visibleAfterMs?: number;
  /** The user's own documents, by name, as JSON. @default none */
  readonly userDocuments?: Readonly<Record<string, unknown>>;
}

/** Cached: the documents are always the same, and reading them is slow. */
let documents: DocumentStore | undefined;

export type EmbeddedRunCommand = Readonly<
  Record<
    | 'SendCommand'
    | 'CancelCommand'
    | 'ListCommands'
    | 'ListCommandInvocations'
    | 'DescribeInstanceInformation'
    | 'DescribeDocument',
    Operation
  >
>;

/** Systems Manager's Run Command with Selfheal's runbooks, on the given hosts. */
export function createEmbeddedRunCommand(options: RunCommandOptions): EmbeddedRunCommand {
  const { clock } = options;
  const now = () => new Date(clock.nowMs());
  documents ??= runbookDocuments();
  const own = documentStore(Object.entries(options.userDocuments ?? {}));
  const isOwn = (name: string) => Object.hasOwn(options.userDocuments ?? {}, name);
  const all = documents;
  const publish = ({ Source, DetailType, Detail, Resources }: SsmEvent) => {
    options.publish({
      source: Source,
      detailType: DetailType,
      detail: JSON.parse(Detail),
      resources: Resources,
    });
  };
  const operations = createRunCommand({
    documents: {
      ...all,
      content: (name, version) => (isOwn(name) ? own : all).content(name, version),
    },
    runner: options.hosts,
    now,
    newId: options.newId,
    ...(options.requiredNodeTag && { requiredNodeTag: options.requiredNodeTag }),
    visibleAfterMs: options.visibleAfterMs ?? 200,
    timeoutScale: 1,
    pollMs: 1_000,
    after: clock.after,
    later: (work) => void clock.after(0, work),
    onCommandChange: (command: Command) => publish(commandEvent(command, now())),
    onInvocationChange: (command, invocation) => publish(invocationEvent(command, invocation, PLACE, now())),
  });
  const { DescribeDocument } = all.operations;
  return {
    ...operations,
    DescribeDocument: (input) =>
      (isOwn(String(input['Name'])) ? own.operations.DescribeDocument : DescribeDocument)(input),
  };
}

function runbookDocuments(): DocumentStore {
  return documentStore(allRunbooks().map(({ name, content }) => [name, content]));
}

function documentStore(documents: readonly (readonly [name: string, content: unknown])[]): DocumentStore {
  const store = createDocumentStore(() => new Date(0));
  for (const [name, content] of documents) {
    store.operations.CreateDocument({
      Name: name,
      Content: JSON.stringify(content),
      DocumentType: 'Command',
    });
  }
  return store;
}
