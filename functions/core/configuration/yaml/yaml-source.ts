import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { DocumentPath, Finding, Problem } from '../problem.ts';
import { formatPath } from '../problem.ts';
import { type YamlFault, yamlFaults } from './yaml-faults.ts';

/** A YAML text and where each of its values stands. */
export interface YamlSource {
  /** The content as plain values; `undefined` if it cannot be parsed. */
  readonly value: unknown;
  /** The faults in the YAML. */
  readonly problems: readonly Problem[];
  /** Gives a finding its place: that of the key or value, else of the nearest thing around it that is in the text. */
  readonly place: (finding: Finding) => Problem;
}

/**
 * Parses YAML 1.2 with merge keys (`<<`), keeping positions.
 *
 * @param given the file's content
 * @param file its name, for messages
 */
export function readYaml(given: string, file: string): YamlSource {
  // In YAML, a line may end with a carriage return alone; the parser does not support that.
  const text = given.replaceAll(/\r(?!\n)/g, '\n');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, stringKeys: true, prettyErrors: false });
  const lines = text.split(/\r?\n/);

  const position = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    const [atLine, atColumn] = line === 0 ? [1, 1] : [line, col];
    return { file, line: atLine, column: atColumn, sourceLine: lines[atLine - 1] ?? '' };
  };
  const problemOf = ({ offset, ...fault }: YamlFault): Problem => ({
    severity: 'error',
    path: '',
    value: undefined,
    ...fault,
    ...position(offset),
  });

  const faults = [...yamlFaults(document, text, (offset) => position(offset).line)];
  const contents = document.contents;
  if (faults.length === 0 && (contents === null || (isScalar(contents) && contents.value === null))) {
    faults.push({
      offset: 0,
      code: 'empty-file',
      message: 'nothing is configured: the file is empty',
      remedy:
        'Declare `components` and `strategies`; start from a copy of the selfheal.yaml of Selfheal’s repository.',
    });
  }

  let value: unknown;
  if (faults.every((fault) => fault.code === 'duplicate-key')) {
    keepFirst(document);
    try {
      value = document.toJS();
    } catch (error) {
      // yaml's own guard against "billion laughs" throws a ReferenceError without a position.
      if (!(error instanceof ReferenceError)) throw error;
      faults.push({
        offset: 0,
        code: 'too-many-aliases',
        message: 'aliases (`*name`) repeat so much that the file would grow beyond measure',
        remedy: 'Use fewer aliases, or write the values out.',
      });
    }
  }

  return {
    value,
    problems: faults.map(problemOf),
    place: ({ path, at, ...finding }) => ({
      ...finding,
      path: formatPath(path),
      ...position(offsetOf(document, path, at)),
    }),
  };
}

/** Of a key that occurs twice, only the first counts: it is the one that findings are placed at. */
function keepFirst(document: Document): void {
  visit(document, {
    Map(_key, map) {
      const seen = new Set<unknown>();
      map.items = map.items.filter(({ key }) => {
        const name = isScalar(key) && key.value !== '<<' ? key.value : key;
        return !seen.has(name) && seen.add(name);
      });
    },
  });
}

const resolved = (document: Document, node: unknown): unknown =>
  isAlias(node) ? node.resolve(document) : node;

function pairOf(document: Document, map: YAMLMap, key: string): Pair | undefined {
  const own = map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (own) return own;
  for (const pair of map.items) {
    if (!isScalar(pair.key) || String(pair.key.value) !== '<<') continue;
    const merged = resolved(document, pair.value);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const target = resolved(document, source);
      const found = isMap(target) ? pairOf(document, target, key) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

const startOf = (node: unknown): number | undefined =>
  isNode(node) && node.range && node.range[0] < node.range[1] ? node.range[0] : undefined;

function offsetOf(document: Document, path: DocumentPath, at: Finding['at']): number {
  let key: unknown;
  let value: unknown = document.contents;
  let around = 0;
  for (const part of path) {
    around = startOf(value) ?? startOf(key) ?? around;
    const inside: unknown = resolved(document, value);
    if (typeof part === 'number' && isSeq(inside) && inside.items[part] !== undefined) {
      key = undefined;
      value = inside.items[part] as Node;
      continue;
    }
    const pair = typeof part === 'string' && isMap(inside) ? pairOf(document, inside, part) : undefined;
    if (!pair) return startOf(key) ?? startOf(value) ?? around;
    key = pair.key;
    value = pair.value;
  }
  const [first, second] = at === 'key' ? [key, value] : [value, key];
  // Nothing follows the dash of an empty entry.
  const empty = key === undefined && isNode(value) ? value.range?.[0] : undefined;
  return startOf(first) ?? startOf(second) ?? empty ?? around;
}
