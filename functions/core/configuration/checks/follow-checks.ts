import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';

/** Series that are to follow changes of a component whose changes are not watched. */
export function checkFollowing({ components }: ReadableParts): readonly Finding[] {
  return [...components].flatMap(([name, component]) =>
    (['anomalies', 'monitors'] as const).flatMap((kind) =>
      Object.entries(component[kind]).flatMap(([key, { detector, followChanges }]): readonly Finding[] => {
        const isPointless = followChanges === false && detector === 'change';
        const needs =
          detector === 'change' ? 'detector' : followChanges === true ? 'followChanges' : undefined;
        if (needs === undefined || (component.changes !== undefined && !isPointless)) return [];
        return [
          {
            severity: 'error',
            code: 'changes-needed',
            path: ['components', name, kind, key, isPointless ? 'followChanges' : needs],
            at: 'key',
            value: key,
            message: isPointless
              ? '`detector: change` compares what was before a change with what is after it, and is to follow none'
              : `\`${needs}\` needs the changes of component \`${name}\`, which are not watched`,
            remedy: isPointless
              ? 'Remove `followChanges: false`, or choose another detector.'
              : `Add \`changes: {}\` to the component, or remove \`${needs}\`.`,
          },
        ];
      }),
    ),
  );
}
