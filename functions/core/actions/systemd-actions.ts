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
  'switch_to_readonly',
  'resume_writes',
  'backup_db',
  'restore_snapshot',
  'verify_integrity',
  'disable_rules',
  'revert_rules',
  'reload_engine',
  'rollback_deployment',
];

export const SYSTEMD_ACTIONS: ReadonlySet<string> = new Set(LIST);
