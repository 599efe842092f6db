import { parse } from 'yaml';
import * as z from 'zod/mini';
import { acceptedParameter } from '../actions/document-schema.ts';
import { isMapping, type Mapping } from './mapping.ts';
import type { DocumentPath, Finding } from './problem.ts';
import { type ReadFile, readNamedFile } from './read-file.ts';
import { allowed } from './schema-messages.ts';
import { valueAt } from './schema-walk.ts';

/** As much of a document as says what it may be given: Command documents have schema 2.2, Automation documents 0.3. */
const documentOf = (schemaVersion: '2.2' | '0.3') =>
  z.looseObject({
    schemaVersion: z.literal(schemaVersion),
    parameters: z._default(z.record(z.string().check(z.regex(/^[A-Za-z0-9]+$/)), acceptedParameter), {}),
    mainSteps: z.array(z.looseObject({ action: z.string() })).check(z.minLength(1)),
  });

/** By the action that runs them. */
const KINDS = {
  run_document: { name: 'a Command document of schema 2.2', schema: documentOf('2.2') },
  run_automation: { name: 'an Automation document of schema 0.3', schema: documentOf('0.3') },
};

/**
 * The configuration with `accepts` in place of every `documentFile`, as the document in the file declares it. Without
 * `readFile`, a file that is named cannot be read.
 */
export function withDocumentFiles(
  configuration: unknown,
  readFile: ReadFile | undefined,
): { readonly document: unknown; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const inStep = (step: unknown, path: DocumentPath): unknown => {
    const file = valueAt(step, ['params', 'documentFile']);
    if (!isMapping(step) || typeof file !== 'string') return step;
    const { documentFile: _file, ...params } = step['params'] as Mapping;
    const at = [...path, 'params', 'documentFile'];
    if (params['accepts'] !== undefined) {
      findings.push({
        ...{ severity: 'error', code: 'conflicting-keys', path: at, value: file },
        message: '`documentFile` and `accepts` both say what the document accepts; one of them is allowed',
        remedy: 'Remove `accepts:`: it is read from the file.',
      });
      return { ...step, params };
    }
    const read = acceptedIn(
      file,
      readFile,
      at,
      isAutomation(step, configuration) ? 'run_automation' : 'run_document',
    );
    if ('finding' in read) findings.push(read.finding);
    return { ...step, params: { ...params, ...('accepts' in read && { accepts: read.accepts }) } };
  };
  const inSteps = (steps: unknown, path: DocumentPath): unknown =>
    Array.isArray(steps) ? steps.map((step: unknown, index) => inStep(step, [...path, index])) : steps;
  if (!isMapping(configuration)) return { document: configuration, findings };

  const { actions, strategies } = configuration;
  const document = {
    ...configuration,
    ...(isMapping(actions) && {
      actions: Object.fromEntries(
        Object.entries(actions).map(([name, step]) => [name, inStep(step, ['actions', name])]),
      ),
    }),
    ...(Array.isArray(strategies) && {
      strategies: strategies.map((strategy: unknown, index) => {
        if (!isMapping(strategy)) return strategy;
        const { actions: steps, rollback } = strategy;
        const path = ['strategies', index] as const;
        return {
          ...strategy,
          ...(steps !== undefined && { actions: inSteps(steps, [...path, 'actions']) }),
          ...(isMapping(rollback) &&
            rollback['actions'] !== undefined && {
              rollback: {
                ...rollback,
                actions: inSteps(rollback['actions'], [...path, 'rollback', 'actions']),
              },
            }),
        };
      }),
    }),
  };
  return { document, findings };
}

/** Whether a step runs an Automation, by itself or under the name of a declared action. */
function isAutomation(step: Mapping, configuration: unknown): boolean {
  const type = step['type'];
  const declared = typeof type === 'string' ? valueAt(configuration, ['actions', type, 'type']) : undefined;
  return (declared ?? type) === 'run_automation';
}

function acceptedIn(
  file: string,
  readFile: ReadFile | undefined,
  path: DocumentPath,
  action: keyof typeof KINDS,
): { readonly accepts: unknown } | { readonly finding: Finding } {
  const finding = (code: 'unreadable-file' | 'invalid-document', message: string, remedy: string) => ({
    finding: { severity: 'error', code, path, value: file, message, remedy } as const,
  });
  const read = readNamedFile(file, readFile);
  if ('unreadable' in read)
    return finding(
      'unreadable-file',
      read.unreadable,
      'Name a file by its path relative to this one, or write `accepts:` instead.',
    );
  let content: unknown;
  try {
    content = parse(read.text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return finding('invalid-document', `${file} is neither YAML nor JSON: ${why}`, 'Correct the document.');
  }
  const { name, schema } = KINDS[action];
  const parsed = schema.safeParse(content, { error: allowed });
  if (parsed.success) return { accepts: parsed.data.parameters };
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  return finding(
    'invalid-document',
    `${file} is not ${name}${where}: expected ${issue?.message}`,
    'Name the file with the content of the document that is run, or write `accepts:` instead.',
  );
}
