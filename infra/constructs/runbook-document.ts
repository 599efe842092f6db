import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { AGENT_UNITS } from '../../functions/core/actions/agent-units.ts';
import { patternFault } from '../../functions/core/actions/document-parameter.ts';
import {
  DOCUMENT_PARAMETERS,
  PROFILE_DOCUMENT_PARAMETERS,
} from '../../functions/core/actions/document-parameters.ts';
import {
  PROTECTED_DIRECTORIES,
  PROTECTED_TREES,
} from '../../functions/core/actions/protected-directories.ts';
import { withoutUnusedFunctions } from './used-functions.ts';

/**
 * SSM refuses larger documents. Source: API_CreateDocument, "document content must not exceed 64KB". CloudFormation sends it as
 * JSON without blanks (aws-cloudformation-resource-providers-ssm, DocumentModelTranslator), as it is counted here.
 */
const maximumDocumentBytes = 64 * 1024;

/** The line after a program that a runbook carries. */
const END_OF_PROGRAM = 'END_OF_PROGRAM';

const parameterSchema = z
  .strictObject({
    type: z.literal('String'),
    description: z.string().min(1),
    default: z.string().optional(),
    allowedPattern: z
      .string()
      .refine((pattern) => patternFault(pattern) === undefined, {
        error: ({ input }) => `allowedPattern ${input}: ${patternFault(String(input))}`,
      })
      .optional(),
    maxChars: z.int().min(1).optional(),
    allowedValues: z
      .array(z.string().regex(/^[A-Za-z0-9_-]+$/))
      .min(1)
      .optional(),
  })
  .refine(
    (parameter) => (parameter.allowedPattern === undefined) !== (parameter.allowedValues === undefined),
    {
      message: 'needs either allowedPattern or allowedValues',
    },
  );

const parametersSchema = z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), parameterSchema);

/** What a runbook says about a parameter. Its allowed values are in functions/core/actions/document-parameters.ts. */
const describedParameter = z.strictObject({ description: z.string().min(1) });

const runbookSchema = z.strictObject({
  action: z.string().regex(/^[a-z][a-z0-9_]*$/),
  description: z.string().min(1),
  /** Set for a runbook that changes nothing: it may run again after a crash, and does not make others wait. */
  readsOnly: z.boolean().default(false),
  /** Free space that the state directory must have, so that the answer can be recorded. */
  needsKilobytes: z.int().min(16).default(1024),
  /**
   * `false` for a runbook that does no harm however often and in whatever order it runs, so that neither ledger nor fence
   * is needed: no answer is repeated.
   */
  keepsRecord: z.boolean().default(true),
  include: z.array(z.string()).default([]),
  /** Programs of lib/ that the runbook puts on the host: `print_<name>` prints one. */
  carries: z.array(z.string().regex(/^[a-z]+\.sh$/)).default([]),
  parameters: z.record(z.string(), describedParameter).default({}),
  script: z.string().min(1),
});

type RunbookParameter = z.infer<typeof parameterSchema>;

/** An SSM Command document of schema 2.2, complete: what `CreateDocument` accepts as JSON. */
export interface RunbookContent {
  schemaVersion: '2.2';
  description: string;
  parameters: Record<string, RunbookParameter>;
  mainSteps: {
    action: 'aws:runShellScript';
    name: string;
    precondition: { StringEquals: ['platformType', 'Linux'] };
    inputs: { timeoutSeconds: string; runCommand: string[] };
  }[];
}

/** One runbook: the action that it carries out, and the document that does it. */
export interface RunbookDefinition {
  /** The action, such as `graceful_stop`. */
  action: string;
  /** The document's name, such as `selfheal-graceful-stop`. */
  name: string;
  content: RunbookContent;
}

/** A runbook that cannot become a document. `code` is `RUNBOOK_INVALID`; the message names the file and the remedy. */
export class RunbookError extends Error {
  readonly code = 'RUNBOOK_INVALID';
  override readonly name = 'RunbookError';
}

/** In a subshell, because after some errors bash abandons the current line and continues with the next. */
const START = '( main )\nexit $?';

/** Parts of every script, in this order; `runbook` itself comes last. */
const prelude = [
  'verdict.sh',
  'parameters.sh',
  'processes.sh',
  'service-manager.sh',
  'init-scripts.sh',
  'ledger.sh',
  'main.sh',
];

/**
 * Composes every `*.yaml` of `directory` with the shell parts in its `lib/`. In order of name.
 * @throws RunbookError for a malformed file, a parameter with neither pattern nor values, a missing part, or a document
 * over 64 KB.
 */
export function loadRunbooks(directory: string): RunbookDefinition[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'));
  return files.sort().map((file) => composeRunbook(join(directory, file), join(directory, 'lib')));
}

/** Composes one runbook file with the parts in `libDirectory`. Throws like `loadRunbooks`. */
function composeRunbook(path: string, libDirectory: string): RunbookDefinition {
  const runbook = checked(runbookSchema, parse(readFileSync(path, 'utf8')), path);
  const file = basename(path, '.yaml');
  const dashed = runbook.action.replaceAll('_', '-');
  if (file !== dashed)
    throw new RunbookError(
      `${path}: this runbook carries out ${runbook.action}; rename the file to ${dashed}.yaml`,
    );
  const commonPath = join(libDirectory, 'common-parameters.yaml');
  const common = checked(
    parametersSchema,
    parse(part(libDirectory, 'common-parameters.yaml', path)),
    commonPath,
  );
  const clash = Object.keys(runbook.parameters).find((name) => name in common);
  if (clash !== undefined)
    throw new RunbookError(`${path}: parameter ${clash} is common to all; choose another name`);
  const parameters = { ...common, ...ownParameters(runbook, path) };
  const included = [...prelude, ...(runbook.keepsRecord ? [] : ['unrecorded.sh']), ...runbook.include];
  const functions = [...included.map((name) => part(libDirectory, name, path)), runbook.script, START];
  const parts = withoutUnusedFunctions(functions.map(withoutComments)).map(withoutIndentation);
  const programs = runbook.carries.map((name) => carried(name, part(libDirectory, name, path), path));
  const content: RunbookContent = {
    schemaVersion: '2.2',
    description: runbook.description,
    parameters,
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: runbook.action,
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: {
          timeoutSeconds: '{{ executionTimeout }}',
          runCommand: [script(dashed, runbook, parameters, [...programs, ...parts], path)],
        },
      },
    ],
  };
  const bytes = Buffer.byteLength(JSON.stringify(content));
  if (bytes > maximumDocumentBytes) {
    throw new RunbookError(
      `${path}: the document has ${bytes} bytes, SSM accepts at most ${maximumDocumentBytes}; shorten the script`,
    );
  }
  return { action: runbook.action, name: `selfheal-${dashed}`, content };
}

/** A runbook's parameters with the limits of their values. */
function ownParameters(
  { action, parameters: described }: z.infer<typeof runbookSchema>,
  path: string,
): Record<string, RunbookParameter> {
  const table: Readonly<Record<string, object>> = { ...DOCUMENT_PARAMETERS, ...PROFILE_DOCUMENT_PARAMETERS };
  const rules = table[action];
  if (rules === undefined)
    throw new RunbookError(`${path}: add ${action} to functions/core/actions/document-parameters.ts`);
  const [names, ruled] = [Object.keys(described).sort().join(', '), Object.keys(rules).sort().join(', ')];
  if (names !== ruled)
    throw new RunbookError(`${path}: describes the parameters ${names}; document-parameters.ts has ${ruled}`);
  const merged = Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [name, { ...described[name], ...rule }]),
  );
  return checked(parametersSchema, merged, path);
}

/**
 * SSM puts parameters into the script as plain text. They stand after the `exit`, one per line, which bash never
 * reaches: the program reads them from its own file as data. So no value can be executed, whatever quotes or line
 * breaks it contains.
 */
function script(
  dashed: string,
  runbook: z.infer<typeof runbookSchema>,
  parameters: Record<string, RunbookParameter>,
  parts: string[],
  path: string,
): string {
  const names = Object.keys(parameters);
  const patterns = Object.values(parameters).map(
    (parameter) => parameter.allowedPattern ?? `^(${(parameter.allowedValues ?? []).join('|')})$`,
  );
  const lengths = Object.values(parameters).flatMap(({ maxChars }, index) =>
    maxChars === undefined ? [] : `[${index}]=${maxChars}`,
  );
  const quoted = (values: string[]) => values.map((value) => `'${value.replaceAll("'", "'\\''")}'`).join(' ');
  const program = [
    '#!/bin/bash',
    `runbook_name=selfheal-${dashed}`,
    `reads_only=${runbook.readsOnly}`,
    `keeps_record=${runbook.keepsRecord}`,
    `space_needed_kilobytes=${runbook.needsKilobytes}`,
    `parameter_names=(${names.join(' ')})`,
    `parameter_patterns=(${quoted(patterns)})`,
    `parameter_lengths=(${lengths.join(' ')})`,
    ...sharedLists(parts),
    ...parts,
  ].join('\n');
  if (program.includes('{{'))
    throw new RunbookError(`${path}: the script contains "{{", which SSM would replace`);
  const values = names.map((name) => `${name}={{ ${name} }}`);
  return [program, '#SELFHEAL-PARAMETERS', ...values, '#SELFHEAL-END'].join('\n');
}

/** Lists that the configuration is checked against as well, each where the script looks at it. */
function sharedLists(parts: readonly string[]): string[] {
  return Object.entries({
    protected_trees: PROTECTED_TREES,
    protected_directories: PROTECTED_DIRECTORIES,
    agent_names: AGENT_UNITS,
  })
    .filter(([name]) => parts.some((text) => text.includes(name)))
    .map(([name, entries]) => `${name}=(${entries.join(' ')})`);
}

/**
 * A document has 64 KB, and all of them together 1 MB as a template: comments, blank lines, indentation, functions that a
 * runbook does not use, and breaks within a command or before the first one of a list stay in the repository. No
 * here-document or multi-line string of the runbooks depends on these; programs in other languages are carried.
 */
const withoutComments = (script: string) => script.replaceAll(/^ *(# .*)?\n/gm, '');
const withoutIndentation = (script: string) =>
  script
    .replaceAll(/^ +/gm, '')
    .replaceAll(/ \\\n/g, ' ')
    .replaceAll(/ (&&|\|\||\|)\n/g, ' $1 ')
    .replaceAll(/(?<=(^|[ ;])(\{|then|do|else|in))\n/gm, ' ')
    .trimEnd();

/** A function that prints a program. */
function carried(name: string, program: string, path: string): string {
  if (program.includes(END_OF_PROGRAM))
    throw new RunbookError(`${path}: ${name} contains ${END_OF_PROGRAM}, which ends it; change that line`);
  return `print_${basename(name, '.sh')}() { cat <<'${END_OF_PROGRAM}'\n${program.trimEnd()}\n${END_OF_PROGRAM}\n}`;
}

function part(libDirectory: string, name: string, neededBy: string): string {
  const path = join(libDirectory, name);
  if (!existsSync(path))
    throw new RunbookError(`${neededBy}: needs ${path}, which does not exist; write or rename it`);
  return readFileSync(path, 'utf8');
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, path: string): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new RunbookError(`${path}: ${z.prettifyError(result.error)}`);
  return result.data;
}
