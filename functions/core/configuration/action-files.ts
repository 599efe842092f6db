import { isMapping, type Mapping } from './mapping.ts';
import { type DocumentPath, type Finding, formatPath, type Problem } from './problem.ts';
import { type ReadFile, readNamedFile } from './read-file.ts';
import { valueAt } from './schema-walk.ts';
import { readYaml, type YamlSource } from './yaml/yaml-source.ts';

/** A configuration with the actions of its `actionFiles` among its own. */
export interface WithActionFiles {
  readonly document: unknown;
  readonly findings: readonly Finding[];
  /** Faults in the YAML of the files. */
  readonly problems: readonly Problem[];
  /** As the configuration's own, and in the file of an action that comes from one. */
  readonly place: YamlSource['place'];
}

/** Reads what `actionFiles` names: each file declares actions by name, as `actions` does. */
export function withActionFiles(source: YamlSource, readFile: ReadFile | undefined): WithActionFiles {
  const files = valueAt(source.value, ['actionFiles']);
  if (!(isMapping(source.value) && Array.isArray(files)))
    return { document: source.value, findings: [], problems: [], place: source.place };
  const own = source.value['actions'];
  const declared: Record<string, unknown> = isMapping(own) ? { ...own } : {};
  const origins = new Map<string, YamlSource>();
  const findings: Finding[] = [];
  const problems: Problem[] = [];
  for (const [index, file] of files.entries()) {
    if (typeof file !== 'string') continue;
    const path = ['actionFiles', index];
    const read = readActions(file, path, readFile);
    if ('finding' in read) {
      findings.push(read.finding);
      continue;
    }
    problems.push(...read.source.problems);
    for (const [name, action] of Object.entries(read.actions)) {
      if (Object.hasOwn(declared, name)) findings.push(declaredTwice(name, file, path));
      else {
        declared[name] = action;
        origins.set(name, read.source);
      }
    }
  }
  const place: YamlSource['place'] = (finding) => {
    const [key, name, ...rest] = finding.path;
    const origin = key === 'actions' && typeof name === 'string' ? origins.get(name) : undefined;
    if (name === undefined || origin === undefined) return source.place(finding);
    return { ...origin.place({ ...finding, path: [name, ...rest] }), path: formatPath(finding.path) };
  };
  const hasActions = isMapping(own) || own === undefined;
  return {
    document: hasActions ? { ...source.value, actions: declared } : source.value,
    ...{ findings, problems, place },
  };
}

function readActions(
  file: string,
  path: DocumentPath,
  readFile: ReadFile | undefined,
): { readonly source: YamlSource; readonly actions: Mapping } | { readonly finding: Finding } {
  const about = { severity: 'error', path, value: file } as const;
  const read = readNamedFile(file, readFile);
  if ('unreadable' in read) {
    return {
      finding: {
        ...{ ...about, code: 'unreadable-file', message: read.unreadable },
        remedy: 'Name a file by its path relative to this one.',
      },
    };
  }
  const source = readYaml(read.text, file);
  const isReadable = source.problems.every(({ code }) => code === 'empty-file');
  if (source.value === undefined && !isReadable) return { source, actions: {} };
  if (isMapping(source.value)) return { source, actions: source.value };
  return {
    finding: {
      ...{ ...about, code: 'wrong-type', message: `${file} does not hold a mapping of names to actions` },
      remedy: 'Declare actions in it by name, as under `actions`: `restart-orders: { type: … }`.',
    },
  };
}

function declaredTwice(name: string, file: string, path: DocumentPath): Finding {
  return {
    ...{ severity: 'error', code: 'conflicting-keys', path, value: name },
    message: `${file} declares the action \`${name}\`, which is declared already`,
    remedy: 'Rename one of the two.',
  };
}
