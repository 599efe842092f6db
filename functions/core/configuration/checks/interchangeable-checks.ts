import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';

/** What strategies have to share if one may take another's place: else its turn would allow what the file does not. */
const SHARED = ['trigger', 'components', 'mode', 'approvals'] as const;

/** Strategies that call themselves interchangeable and are not, or with nothing. */
export function checkInterchangeable({ isComplete, strategies }: ReadableParts): readonly Finding[] {
  const named = strategies.filter(({ strategy }) => strategy.interchangeable !== undefined);
  return [...Map.groupBy(named, ({ strategy }) => strategy.interchangeable)].flatMap(([name, members]) => {
    const [first, ...others] = members;
    if (!first) return [];
    if (others.length === 0)
      return isComplete
        ? [
            {
              severity: 'warning',
              code: 'interchangeable-with-nothing',
              path: ['strategies', first.index, 'interchangeable'],
              value: name,
              message: `no other strategy is interchangeable as \`${name}\``,
              remedy: `Add \`interchangeable: ${name}\` to the strategies that may take its place, or remove it.`,
            } satisfies Finding,
          ]
        : [];
    return others.flatMap(({ index, strategy }) =>
      SHARED.filter((field) => JSON.stringify(strategy[field]) !== JSON.stringify(first.strategy[field])).map(
        (field): Finding => ({
          severity: 'error',
          code: 'not-interchangeable',
          path: ['strategies', index, 'interchangeable'],
          value: name,
          message: `strategy \`${strategy.id}\` and strategy \`${first.strategy.id}\` differ in \`${field}\`, so trying them in another order could exceed what the file allows`,
          remedy: `Give both the same \`${field}\`, or remove \`interchangeable\` from one.`,
        }),
      ),
    );
  });
}
