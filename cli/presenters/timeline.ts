import type { StepEntry, TimelineEntry } from '../../functions/app/queries/timeline.ts';
import { assertNever } from '../../functions/core/assert-never.ts';
import type { SkippedTargets } from '../../functions/core/operation/layout.ts';
import type { Output } from '../output.ts';
import { coloured, count, moment, span } from './words.ts';

const TITLE_WIDTH = 12;
const HOSTS_SHOWN = 5;

/** One entry: when, what, and why; further lines are indented under it. */
export function entryLines(output: Output, entry: TimelineEntry): readonly string[] {
  const time = entry.atMs === undefined ? ' '.repeat(moment(0).length) : moment(entry.atMs);
  const { title, text, more = [] } = contentOf(output, entry);
  const indent = ' '.repeat(time.length + 2 + TITLE_WIDTH);
  return [
    `${output.paint('dim', time)}  ${title.padEnd(TITLE_WIDTH)}${text}`,
    ...more.filter((line) => line !== '').map((line) => `${indent}${line}`),
  ];
}

interface Content {
  readonly title: string;
  readonly text: string;
  readonly more?: readonly string[];
}

function contentOf(output: Output, entry: TimelineEntry): Content {
  switch (entry.kind) {
    case 'signal': {
      const { origin, metric, errorType, severity, current, threshold, alarmName, reason } = entry;
      const figures =
        current === undefined ? '' : ` ${current}${threshold === undefined ? '' : `, limit ${threshold}`}`;
      const by = alarmName ?? origin;
      return {
        title: 'signal',
        text: `${severity} ${metric}${figures}, from ${by}`,
        more: [`${errorType}: ${reason}`],
      };
    }
    case 'admission': {
      const { strategyId, attempt, fence } = entry;
      return { title: 'admitted', text: `strategy ${strategyId}, attempt ${attempt}, fence ${fence}` };
    }
    case 'diagnosis': {
      const { rootCause, confidence, suggestedFix } = entry;
      const text = `${rootCause} (confidence ${Math.round(confidence * 100)} %)`;
      return { title: 'diagnosis', text, more: [suggestedFix] };
    }
    case 'batches': {
      const { batches, skipped, problem } = entry;
      const hosts = batches.reduce((sum, batch) => sum + batch.length, 0);
      const text =
        problem ?? `${count(hosts, 'host')} in ${count(batches.length, 'batch').replace(/chs$/, 'ches')}`;
      return { title: 'batches', text, more: [skippedText(skipped)] };
    }
    case 'step':
      return stepContent(output, entry);
    case 'rollback': {
      const { error, cause, undoSteps } = entry;
      const text = `${output.paint('red', error)}: ${count(undoSteps, 'undo step')}`;
      return { title: 'rollback', text, more: [cause] };
    }
    case 'end': {
      const { state, result, failure, warnings = [], tookMs } = entry;
      const text = `${coloured(output, state)}${result ? ` ${coloured(output, result)}` : ''} after ${span(tookMs)}`;
      const why = failure ? `${failure.error}: ${failure.cause}` : '';
      return { title: 'end', text, more: [why, ...warnings.map((warning) => `warning: ${warning}`)] };
    }
    default:
      return assertNever(entry);
  }
}

function stepContent(output: Output, entry: StepEntry): Content {
  const { stepId, phase, action = phase, outcome, tookMs, targets, detail, reference } = entry;
  const { skipped, unreached = [] } = entry;
  const took = tookMs === undefined ? '' : ` ${span(tookMs)}`;
  return {
    title: stepId,
    text: `${action} ${coloured(output, outcome)}${took}${hostsText(targets)}`,
    more: [
      ...(detail ?? '').split('\n'),
      skippedText(skipped ?? {}),
      unreached.length === 0 ? '' : `not reached: ${unreached.join(', ')}`,
      reference === undefined || outcome === 'SUCCEEDED' ? '' : `command ${reference}`,
    ],
  };
}

function hostsText(targets: readonly string[]): string {
  if (targets.length === 0) return '';
  const shown = targets.slice(0, HOSTS_SHOWN).join(', ');
  return ` on ${shown}${targets.length > HOSTS_SHOWN ? ` and ${targets.length - HOSTS_SHOWN} more` : ''}`;
}

function skippedText(skipped: SkippedTargets): string {
  const each = Object.entries(skipped).map(([target, why]) => `${target} (${why})`);
  return each.length === 0 ? '' : `skipped: ${each.join(', ')}`;
}
