import * as z from 'zod';
import { visibleText } from './visible-text.ts';

export const PROBLEM_CODES = [
  // The text is not one YAML document.
  'yaml-syntax',
  'duplicate-key',
  'several-documents',
  'empty-file',
  'unknown-anchor',
  'unknown-tag',
  'too-many-aliases',
  // A value does not match the schema.
  'unknown-key',
  'conflicting-keys',
  'unclear-kind',
  'missing-key',
  'wrong-type',
  'unknown-value',
  'unknown-action',
  'invalid-format',
  'invalid-name',
  'invalid-value',
  'inverted-alarm',
  'out-of-range',
  'wrong-length',
  'empty-selector',
  'wildcard-selector',
  'empty-trigger',
  'no-components',
  'repeated-value',
  'unexpanded-variable',
  'profile-not-possible',
  'protected-directory',
  'linked-path',
  'unreachable-endpoint',
  'open-network',
  'unknown-time-zone',
  'dates-reversed',
  'unreadable-file',
  'invalid-document',
  // A name refers to nothing, or to two things.
  'depends-on-itself',
  'independent-of-itself',
  'independent-of-dependency',
  'unknown-group',
  'unknown-component',
  'unknown-alarm',
  'unknown-window',
  'unknown-channel',
  'nested-composite',
  'duplicate-strategy',
  'alarm-adopted-twice',
  'own-alarm-adopted',
  'alarm-name-collision',
  // Parts that do not work together.
  'dimensions-needed',
  'metric-source-needed',
  'levels-needed',
  'threshold-without-use',
  'discovery-without-xray',
  'capacity-of-no-dependency',
  'changes-needed',
  'resource-tags-needed',
  'group-tag-unconfirmed',
  'no-group-statistic',
  'no-group-period',
  'period-too-short',
  'missing-data-unseen',
  'too-many-group-alarms',
  'too-many-series',
  'no-host-metric',
  'any-member-alarm',
  'mounts-mixed',
  'partial-dimensions',
  'datapoints-exceed-periods',
  'evaluation-too-long',
  'composite-too-large',
  'min-healthy-unreachable',
  'min-healthy-of-one',
  'min-healthy-targets-unreachable',
  'too-many-batches',
  'rolling-repair-too-slow',
  'capacity-never-spare',
  'group-without-members',
  'interchangeable-with-nothing',
  'not-interchangeable',
  'window-without-use',
  'group-budget-exceeds-fleet',
  'shared-host-and-service',
  'shared-resource',
  'overlapping-paths',
  'missing-component-fact',
  'hosts-needed',
  'other-target-needed',
  'parameter-refused',
  'agent-cut-off',
  'isolation-never-made',
  'isolation-not-lifted',
  'limit-outlasts-records',
  'nobody-notified',
  'left-stopped',
  'left-isolated',
  'left-in-safe-mode',
  'left-drained',
  'left-read-only',
  'unknown-rule-file',
  'nothing-to-take-back',
  'verification-unavailable',
  'no-verification',
  'verification-before-alarm',
  'private-endpoint-needed',
  'repair-timeout-too-short',
  'action-timeout-too-short',
  'unreachable-strategy',
  'metric-never-alerts',
  'alarm-without-strategy',
  'anomaly-without-strategy',
] as const;

const problemCode = z.enum(PROBLEM_CODES);

/** What is wrong, for programs: stable, whatever the message is. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Keys and list indices from the root of the file. */
export type DocumentPath = readonly (string | number)[];

/** A fault in the configuration, not yet located in its text. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: ProblemCode;
  readonly path: DocumentPath;
  /** Whether the key or its value is at fault. @default the value */
  readonly at?: 'key' | 'value';
  readonly value: unknown;
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The valid name that is closest to the one given. */
  readonly nearest?: string;
}

/** A finding with its place; lines and columns count from 1. An `error` stops the deployment, a `warning` does not. */
export interface Problem extends Omit<Finding, 'path' | 'at'> {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Such as `strategies[0].actions[1].timeoutSeconds`; empty for the file as a whole. */
  readonly path: string;
  /** The line's text, as it is in the file. */
  readonly sourceLine: string;
}

/** The code that a schema's `refine` sets by `params: { code }`, else `undefined`. */
export function problemCodeOf(
  params: Readonly<Record<string, unknown>> | undefined,
): ProblemCode | undefined {
  return problemCode.safeParse(params?.['code']).data;
}

const plainKey = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** `['strategies', 0, 'id']` as `strategies[0].id`; keys that are not plain words are quoted in brackets. */
export function formatPath(path: DocumentPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!plainKey.test(part)) return `${text}[${visibleText(JSON.stringify(part))}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** A problem as compilers print one: place, code, path and message, the line with a caret under the fault, the remedy. */
export function formatProblem(problem: Problem): string {
  const number = String(problem.line);
  const margin = ' '.repeat(number.length);
  const subject = problem.path === '' ? '' : `${problem.path}: `;
  const source = problem.sourceLine.replaceAll('\t', ' ');
  return [
    `${problem.file}:${problem.line}:${problem.column} ${problem.severity} ${problem.code}`,
    `  ${subject}${problem.message}`,
    `  ${number} | ${source}`,
    `  ${margin} | ${' '.repeat(problem.column - 1)}^`,
    `  ${problem.remedy}`,
  ].join('\n');
}
