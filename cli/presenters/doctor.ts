import { CHECKS, type Checked } from '../../functions/app/doctor/doctor.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { count } from './words.ts';

/** One line for each check, then each fault with its remedy. */
export function doctorLines(output: Output, checked: readonly Checked[]): readonly string[] {
  const { paint } = output;
  const faults = checked.flatMap((each) => each.faults);
  const unable = checked.filter((each) => each.unable);
  return [
    ...columns(
      output,
      ['CHECK', 'LOOKED AT', 'RESULT'],
      checked.map((each) => checkRow(output, each)),
    ),
    ...faults.flatMap(({ subject, problem, remedy }) => [
      '',
      `${paint('red', subject)} ${problem}.`,
      `  ${remedy}`,
    ]),
    '',
    ...(faults.length > 0
      ? [paint('red', `${count(faults.length, 'fault')} found.`)]
      : [paint('green', unable.length > 0 ? 'No fault found in what could be checked.' : 'No fault found.')]),
    ...(unable.some((each) => each.unable?.permission)
      ? [
          'Checks that you lack a permission for were left out, which is not a fault of the deployment: docs/cli.md has the policy.',
        ]
      : []),
  ];
}

function checkRow({ paint }: Output, { check, looked, faults, unable }: Checked): readonly string[] {
  const name = CHECKS[check];
  if (unable) return [name, '–', paint('yellow', `not checked: ${unable.problem}`)];
  return [
    name,
    String(looked),
    faults.length === 0 ? paint('green', 'ok') : paint('red', count(faults.length, 'fault')),
  ];
}
