import type { Strategy } from '../../functions/core/configuration/schema/schema.ts';

type Drawn = Pick<Strategy, 'id' | 'trigger' | 'actions' | 'components' | 'maxAttempts'>;

/** The strategies in the order in which they are asked. */
export function treeLines(strategies: readonly Drawn[]): readonly string[] {
  return [
    'alert',
    ...strategies.flatMap((strategy) => [
      `├─ ${conditionOf(strategy)}?`,
      `│  └─ ${strategy.id}: ${actionsOf(strategy)} (${strategy.maxAttempts} ${strategy.maxAttempts === 1 ? 'attempt' : 'attempts'}, then on to the next)`,
    ]),
    '└─ otherwise: refused, or a person is called',
  ];
}

/** For Markdown that draws Mermaid. */
export function treeMermaid(strategies: readonly Drawn[]): readonly string[] {
  const end = `q${strategies.length}`;
  return [
    'flowchart TD',
    ...strategies.flatMap((strategy, index) => [
      `  q${index}{"${conditionOf(strategy)}?"}`,
      `  q${index} -->|yes| s${index}["${strategy.id}: ${actionsOf(strategy)}"]`,
      `  q${index} -->|no| q${index + 1}`,
      `  s${index} -.->|${strategy.maxAttempts} attempts spent| q${index + 1}`,
    ]),
    `  ${end}(["refused, or a person is called"])`,
  ];
}

function conditionOf({ trigger, components }: Drawn): string {
  const { metrics, statuses, causes, confidenceThreshold } = trigger;
  const alerts = [...metrics, ...statuses].join(' or ');
  const cause = causes.length > 0 ? `cause ${causes.join(' or ')} (${confidenceThreshold} or more)` : '';
  const of = components ? `of ${components.join(', ')}` : '';
  return [[alerts, cause].filter(Boolean).join(', and '), of].filter(Boolean).join(' ');
}

function actionsOf({ actions }: Drawn): string {
  return actions.map(({ type }) => type).join(', ');
}
