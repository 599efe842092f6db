import { type SettingValue, settingText } from '../operation/recorded-change.ts';
import { aliasName } from './lambda-alias.ts';

/** Between which published versions a deployment of CodeDeploy shifts the requests of an alias. */
export interface AliasShift {
  readonly from: string;
  readonly to: string;
}

/** The two ways in which a revision carries its AppSpec with it; the older one has `string`. */
interface Carried {
  readonly appSpecContent?: { readonly content?: string };
  readonly string?: { readonly content?: string };
}

/** An AppSpec is YAML or JSON. The names of its keys may be of either case. */
const KEY = (name: string) => new RegExp(`(["']?\\b${name}["']?\\s*:\\s*["']?)([\\w:.-]+)`, 'gi');
const COMMENT_LINES = /^\s*#.*$/gm;

/**
 * What a deployment to an alias shifts, by its AppSpec.
 *
 * @param revision JSON in the shape of CodeDeploy's API, with the content of its AppSpec
 * @param id the alias that it must be about, as `function:alias`
 */
export function aliasShift(revision: string, id: string): AliasShift | { readonly problem: string } {
  const content = contentOf(revision);
  if (content === undefined)
    return { problem: 'its AppSpec is not part of the deployment, so that its versions are not known' };
  const { functionName, alias } = aliasName(id);
  const [name, itsAlias, from, to] = ['Name', 'Alias', 'CurrentVersion', 'TargetVersion'].map((key) =>
    onlyValue(content, key),
  );
  if (name === undefined || itsAlias === undefined || from === undefined || to === undefined)
    return { problem: 'its AppSpec does not name one function, alias, CurrentVersion and TargetVersion' };
  const isOurs = (name === functionName || name.endsWith(`:function:${functionName}`)) && itsAlias === alias;
  if (!isOurs) return { problem: `it shifts the alias ${name}:${itsAlias}, and not ${id}` };
  return from === to ? { problem: `it shifts from version ${from} to the same one` } : { from, to };
}

/** The same revision with its two versions exchanged, as JSON. @param revision of which `aliasShift` knows the versions */
export function turnedRound(revision: string, { from, to }: AliasShift): string {
  const content = (contentOf(revision) ?? '')
    .replace(KEY('CurrentVersion'), `$1${to}`)
    .replace(KEY('TargetVersion'), `$1${from}`);
  const { revisionType, string } = JSON.parse(revision) as Carried & { readonly revisionType: string };
  return settingText({ revisionType, [string ? 'string' : 'appSpecContent']: { content } } as SettingValue);
}

function contentOf(revision: string): string | undefined {
  const { appSpecContent, string } = JSON.parse(revision) as Carried;
  return (string ?? appSpecContent)?.content?.replace(COMMENT_LINES, '');
}

function onlyValue(content: string, key: string): string | undefined {
  const [found, ...others] = content.matchAll(KEY(key));
  return others.length > 0 ? undefined : found?.[2];
}
