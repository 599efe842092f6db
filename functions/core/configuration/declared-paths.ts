import type { DocumentPath } from './problem.ts';
import type { Component } from './schema/schema.ts';

/** A path that a component names. */
export interface DeclaredPath {
  /** Where, below the component. */
  readonly at: DocumentPath;
  readonly path: string;
  /**
   * `file`: saved and replaced as a whole. `tree`: a directory whose contents are kept. `link`: a symbolic link into
   * one. `emptied`: a directory whose contents may be deleted.
   */
  readonly role: 'file' | 'tree' | 'link' | 'emptied';
}

/** Every file and directory that a component names, in the order of its fields. */
export function declaredPaths(component: Component): readonly DeclaredPath[] {
  const { configPaths = [], tempPaths = [], rules, release, certificate, database } = component;
  const listed = (role: DeclaredPath['role'], field: DocumentPath, paths: readonly string[]) =>
    paths.map((path, index): DeclaredPath => ({ at: [...field, index], path, role }));
  const { keyFile, certificateFile, authority } = certificate ?? {};
  const named: readonly (readonly [DeclaredPath['role'], DocumentPath, string | undefined])[] = [
    ['link', ['release', 'link'], release?.link],
    ['tree', ['release', 'directory'], release?.directory],
    ['file', ['certificate', 'keyFile'], keyFile],
    ['file', ['certificate', 'certificateFile'], certificateFile],
    ['file', ['certificate', 'authority', 'keyFile'], authority?.keyFile],
    ['file', ['certificate', 'authority', 'certificateFile'], authority?.certificateFile],
    ['tree', ['database', 'dataDirectory'], database?.dataDirectory],
    ['tree', ['database', 'backupDirectory'], database?.backupDirectory],
  ];
  return [
    ...listed('file', ['configPaths'], configPaths),
    ...listed('emptied', ['tempPaths'], tempPaths),
    ...listed('file', ['rules', 'files'], rules?.files ?? []),
    ...named.flatMap(([role, at, path]) => (path === undefined ? [] : [{ at, path, role }])),
  ];
}
