import { FAULT_ENDS, type FaultEnd } from '../../../functions/core/report/faults.ts';
import type { DayReport } from '../../../functions/core/report/report.ts';
import type { Output } from '../../output.ts';
import { END_WORDS } from './sections.ts';

const MARKS: Readonly<Record<FaultEnd, readonly [mark: string, style: 'green' | 'red' | 'yellow' | 'cyan']>> =
  {
    HEALED: ['█', 'green'],
    RECOVERED_ALONE: ['▒', 'cyan'],
    CONTAINED: ['▓', 'yellow'],
    OPEN: ['!', 'red'],
    ENDED_UNKNOWN: ['░', 'yellow'],
  };
const WIDTH_WITHOUT_TERMINAL = 80;
const LONGEST_BAR = 60;

/** Faults by the day on which they began, as bars; told apart by their marks, where there are no colours. */
export function chartLines(
  { paint, width = WIDTH_WITHOUT_TERMINAL }: Output,
  days: readonly DayReport[],
): readonly string[] {
  const totals = days.map(({ faults }) => FAULT_ENDS.reduce((sum, end) => sum + (faults[end] ?? 0), 0));
  const most = Math.max(0, ...totals);
  if (most === 0) return [];
  const room = Math.min(LONGEST_BAR, Math.max(10, width - 'YYYY-MM-DD 9999  '.length));
  const perMark = Math.max(1, most / room);
  const used = FAULT_ENDS.filter((end) => days.some(({ faults }) => faults[end]));
  return [
    ...days.map(({ day, faults }, index) => {
      const bar = FAULT_ENDS.map((end) => {
        const [mark, style] = MARKS[end];
        const length = Math.ceil((faults[end] ?? 0) / perMark);
        return length === 0 ? '' : paint(style, mark.repeat(length));
      }).join('');
      return `${day} ${String(totals[index]).padStart(4)} ${bar}`.trimEnd();
    }),
    `${used.map((end) => `${MARKS[end][0]} ${END_WORDS[end]}`).join('  ')}`,
  ];
}
