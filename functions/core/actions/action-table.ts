import type { ActionDefinition } from './action-definition.ts';
import { runAutomation } from './automation-actions.ts';
import { drainTarget, restoreTarget } from './balancing-actions.ts';
import { regenerateCerts } from './certificate-actions.ts';
import { verifyContainment } from './containment-actions.ts';
import {
  backupDb,
  restoreSnapshot,
  resumeWrites,
  switchToReadonly,
  verifyIntegrity,
} from './database-actions.ts';
import { runDocument } from './document-actions.ts';
import { clearTempFiles, freezeConfig, rollbackConfig, verifyConfig } from './file-actions.ts';
import { invokeFunction } from './function-actions.ts';
import {
  rebootInstance,
  replaceInstance,
  snapshotVolume,
  startInstance,
  stopInstance,
} from './instance-actions.ts';
import { enableMonitoring } from './monitoring-actions.ts';
import { isolateNetwork, restoreNetwork } from './network-actions.ts';
import { notifyArchitect, notifySoc } from './notify-actions.ts';
import {
  failover,
  healthCheck,
  restartService,
  rollbackDeployment,
  scaleResources,
} from './resource-actions.ts';
import { disableRules, reloadEngine, revertRules } from './rules-actions.ts';
import {
  enterSafeMode,
  gracefulStop,
  leaveSafeMode,
  startComponent,
  verifyHealth,
} from './service-actions.ts';
import { adjustTimeout, increaseResources } from './size-actions.ts';
import { snapshotDatabase } from './snapshot-actions.ts';

/** Every action there is. A new one is a row here, and a runbook in infra/runbooks or a method of its executor. */
export const ACTIONS = {
  graceful_stop: gracefulStop,
  clear_temp_files: clearTempFiles,
  start_component: startComponent,
  verify_health: verifyHealth,
  freeze_config: freezeConfig,
  rollback_config: rollbackConfig,
  verify_config: verifyConfig,
  isolate_network: isolateNetwork,
  restore_network: restoreNetwork,
  enter_safe_mode: enterSafeMode,
  leave_safe_mode: leaveSafeMode,
  verify_containment: verifyContainment,
  switch_to_readonly: switchToReadonly,
  resume_writes: resumeWrites,
  backup_db: backupDb,
  restore_snapshot: restoreSnapshot,
  verify_integrity: verifyIntegrity,
  regenerate_certs: regenerateCerts,
  disable_rules: disableRules,
  revert_rules: revertRules,
  reload_engine: reloadEngine,
  restart_service: restartService,
  rollback_deployment: rollbackDeployment,
  scale_resources: scaleResources,
  increase_resources: increaseResources,
  adjust_timeout: adjustTimeout,
  enable_monitoring: enableMonitoring,
  failover,
  snapshot_database: snapshotDatabase,
  health_check: healthCheck,
  reboot_instance: rebootInstance,
  stop_instance: stopInstance,
  start_instance: startInstance,
  replace_instance: replaceInstance,
  snapshot_volume: snapshotVolume,
  drain_target: drainTarget,
  restore_target: restoreTarget,
  invoke_function: invokeFunction,
  run_document: runDocument,
  run_automation: runAutomation,
  notify_soc: notifySoc,
  notify_architect: notifyArchitect,
} as const satisfies Record<string, ActionDefinition>;

export type ActionType = keyof typeof ACTIONS;

export const ACTION_TYPES = Object.keys(ACTIONS) as readonly ActionType[];

/** The definition of an action. */
export function actionDefinition(type: ActionType): ActionDefinition {
  return ACTIONS[type];
}
