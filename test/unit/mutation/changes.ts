import type { SourceChange } from '../../mutation/source-change.ts';

export function changeIn(folder: string, given: Partial<SourceChange> = {}): SourceChange {
  const original = given.original ?? 'true';
  return {
    path: `${folder}/file.ts`,
    folder,
    line: 7,
    mutator: 'BooleanLiteral',
    original,
    replacement: 'false',
    context: `return ${original};`,
    ...given,
  };
}
