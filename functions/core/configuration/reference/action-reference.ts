import type { ActionDefinition } from '../../actions/action-definition.ts';
import { ACTION_TYPES, actionDefinition } from '../../actions/action-table.ts';
import { documentsOf } from '../../actions/runbook-of.ts';
import { needsSystemd, SYSTEMD_ACTIONS } from '../../actions/systemd-actions.ts';
import { assertNever } from '../../assert-never.ts';
import { TARGET_KINDS } from '../../target/target.ts';
import { formatDuration } from '../duration.ts';
import { code, table } from './markdown-table.ts';

/** The action reference, as Markdown, from the action table. */
export function actionReference(): string {
  const rows = ACTION_TYPES.map((type) => {
    const definition = actionDefinition(type);
    return [
      code(type),
      definition.summary,
      carriedOutBy(definition),
      describeKinds(definition),
      needed(definition),
      definition.undo ? code(definition.undo) : '',
      formatDuration(definition.defaultTimeoutSeconds),
    ];
  });
  return table(
    ['Action', 'What it does', 'Carried out by', 'On', 'Component needs', 'Undone by', 'Time-out'],
    rows,
  );
}

function describeKinds({ targetKinds }: ActionDefinition): string {
  if (targetKinds.length === TARGET_KINDS.length) return 'every kind';
  return targetKinds.map(code).join(', ') || 'nothing';
}

function needed(definition: ActionDefinition): string {
  const facts = definition.needs.map(code);
  const onHosts = definition.executor === 'resource' ? (definition.onHosts?.needs.map(code) ?? []) : [];
  const byApi = definition.executor === 'run_command' && definition.byApi ? ', unless EC2 does it' : '';
  const forRedis = needsSystemd(definition.type, 'redis') ? ['systemd for Redis'] : [];
  const systemd = SYSTEMD_ACTIONS.has(definition.type) ? [`systemd${byApi}`] : forRedis;
  if (onHosts.length > 0) return `on hosts, ${[...onHosts, ...systemd].join(', ')}`;
  return [...facts, ...systemd].join(', ') || 'nothing';
}

function carriedOutBy(definition: ActionDefinition): string {
  switch (definition.executor) {
    case 'run_command':
      return `document ${documentsOf(definition).map(code).join(' or ')}`;
    case 'notification':
      return `the ${definition.topic === 'soc' ? 'SOC' : 'architect'} topic`;
    case 'function':
      return 'your function';
    case 'user_document':
      return 'your document';
    case 'resource':
      return `the service’s API${definition.onHosts ? `; on hosts, document ${code(definition.onHosts.document)}` : ''}`;
    case 'automation':
      return 'SSM Automation';
    default:
      return assertNever(definition);
  }
}
