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
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { DocumentPath, Finding, Problem, ProblemCode } from './problem.ts';
import { formatPath } from './problem.ts';

/** Something wrong with the YAML itself, at an offset in the text. */
interface YamlFault {
  readonly offset: number;
  readonly code: ProblemCode;
  readonly message: string;
  readonly remedy: string;
}

/** A YAML text and where each of its values stands. */
export interface YamlSource {
  /** What the text says, as plain values; `undefined` if it cannot be told. */
  readonly value: unknown;
  /** What is wrong with the YAML. */
  readonly problems: readonly Problem[];
  /** Gives a finding its place: that of the key or value, else of the nearest thing around it that is in the text. */
  readonly place: (finding: Finding) => Problem;
}

type FaultText = Omit<YamlFault, 'offset'>;

const FAULTS = {
  DUPLICATE_KEY: {
    code: 'duplicate-key',
    message: 'this key stands above already, in the same mapping',
    remedy: 'Keep one of the two.',
  },
  MULTIPLE_DOCS: {
    code: 'several-documents',
    message: 'a second YAML document starts here; the configuration is one document',
    remedy: 'Remove the `---` line and what does not belong here.',
  },
  TAB_AS_INDENT: {
    code: 'yaml-syntax',
    message: 'a tab; YAML indents with spaces only',
    remedy: 'Replace the tab by spaces.',
  },
  TAG_RESOLVE_FAILED: {
    code: 'unknown-tag',
    message: 'a YAML tag that means nothing here',
    remedy: 'Remove the tag (the word that starts with `!`).',
  },
} as const satisfies Readonly<Record<string, FaultText>>;

/** Where in a text something stands: lines count from 1. */
type LineOf = (offset: number) => number;

function faultOf(error: YAMLError, document: Document, lineOf: LineOf): YamlFault {
  const [offset] = error.pos;
  if (error.code === 'DUPLICATE_KEY') {
    const firstOffset = firstKeyOffset(document, offset);
    if (firstOffset !== undefined) {
      const message = `this key stands in line ${lineOf(firstOffset)} already, in the same mapping`;
      return { offset, ...FAULTS.DUPLICATE_KEY, message };
    }
  }
  if (error.code === 'MISSING_CHAR' && error.message.includes('closing')) {
    const openingOffset = openingQuoteOffset(document, offset);
    if (openingOffset !== undefined) {
      return {
        offset: openingOffset,
        code: 'yaml-syntax',
        message: 'a quote that is never closed starts here',
        remedy: 'Close the quote at the end of its value, or remove it.',
      };
    }
  }
  const known = (FAULTS as Readonly<Record<string, FaultText>>)[error.code] ?? {
    code: 'yaml-syntax' as const,
    message: `not valid YAML: ${error.message}`,
    remedy: 'Correct the syntax; usually an indent, a quote or a bracket is missing just before.',
  };
  return { offset, ...known };
}

/** Of the key that one at an offset repeats. */
function firstKeyOffset(document: Document, offset: number): number | undefined {
  let found: number | undefined;
  visit(document, {
    Map(_key, { items }) {
      const keys = items.map(({ key }) => key).filter(isScalar);
      const again = keys.find(({ range }) => range?.[0] === offset);
      if (again === undefined) return;
      found = keys.find(({ value }) => value === again.value)?.range?.[0];
      return visit.BREAK;
    },
  });
  return found;
}

/** Of the quoted text that has run up to an offset without its end. */
function openingQuoteOffset(document: Document, offset: number): number | undefined {
  let found: number | undefined;
  visit(document, {
    Scalar(_key, { type, range }) {
      const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
      if (isQuoted && range && range[0] < offset && offset <= range[2]) found = range[0];
    },
  });
  return found;
}

function nodeFaults(document: Document): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Pair(_key, { key }) {
      // As a name it would vanish on the way: objects take it for their prototype.
      if (!isScalar(key) || key.value !== '__proto__') return;
      faults.push({
        offset: key.range?.[0] ?? 0,
        code: 'invalid-name',
        message: 'the name "__proto__" is not allowed',
        remedy: 'Choose another name.',
      });
    },
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      faults.push({
        offset: alias.range?.[0] ?? 0,
        code: 'unknown-anchor',
        message: `no anchor &${alias.source} stands above`,
        remedy: `Define &${alias.source} before it is used, or write the value out.`,
      });
    },
  });
  return faults;
}

/**
 * Parses YAML 1.2 with merge keys (`<<`), keeping positions.
 *
 * @param text the file's content
 * @param file its name, for messages
 */
export function readYaml(text: string, file: string): YamlSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, stringKeys: true, prettyErrors: false });
  const lines = text.split(/\r\n|\n|\r/);

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

  const faults = [...document.errors, ...document.warnings]
    .map((error) => faultOf(error, document, (offset) => position(offset).line))
    .concat(nodeFaults(document));
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
      ...position(offsetOf(document, path, at ?? 'value')),
    }),
  };
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

function offsetOf(document: Document, path: DocumentPath, at: 'key' | 'value'): number {
  let key: unknown;
  let value: unknown = document.contents;
  for (const part of path) {
    const inside: unknown = resolved(document, value);
    if (typeof part === 'number' && isSeq(inside) && inside.items[part] !== undefined) {
      key = undefined;
      value = inside.items[part] as Node;
      continue;
    }
    const pair = typeof part === 'string' && isMap(inside) ? pairOf(document, inside, part) : undefined;
    if (!pair) return startOf(key) ?? startOf(value) ?? 0;
    key = pair.key;
    value = pair.value;
  }
  const [first, second] = at === 'key' ? [key, value] : [value, key];
  return startOf(first) ?? startOf(second) ?? 0;
}
