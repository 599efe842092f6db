import type { ActionType } from './action-table.ts';

/**
 * Actions whose documents refuse hosts with `serviceManager: sysv`, with UNSUPPORTED_MANAGER, before anything is changed.
 * Not in the action table: only checks and pages read this, and the functions load the table.
 */
const LIST: readonly ActionType[] = [
  'increase_resources',
  'enable_monitoring',
  'isolate_network',
  'restore_network',
  'enter_safe_mode',
  'leave_safe_mode',
  'verify_containment',
  'disable_rules',
  'revert_rules',
  'reload_engine',
  'rollback_deployment',
];

export const SYSTEMD_ACTIONS: ReadonlySet<string> = new Set(LIST);

/** Those that need it for Redis alone, whose unit names its configuration file: a script need not. */
const REDIS_LIST: readonly ActionType[] = ['backup_db', 'restore_snapshot', 'verify_integrity'];

const REDIS_ACTIONS: ReadonlySet<string> = new Set(REDIS_LIST);

/** Whether an action needs systemd on hosts with a database of this engine, or with none. */
export function needsSystemd(action: string, engine: string | undefined): boolean {
  return SYSTEMD_ACTIONS.has(action) || (engine === 'redis' && REDIS_ACTIONS.has(action));
}
