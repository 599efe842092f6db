import { withActionFiles } from './action-files.ts';
import { checkAlarmPeriods, withAlarmPeriods } from './alarm-periods.ts';
import { checkActionParameters } from './checks/action-parameter-checks.ts';
import { checkActionTimes } from './checks/action-time-checks.ts';
import { checkAgentUnits } from './checks/agent-checks.ts';
import { checkAlarms } from './checks/alarm-checks.ts';
import { checkAnomalies } from './checks/anomaly-checks.ts';
import { checkApprovals } from './checks/approval-checks.ts';
import { checkSpareCapacity } from './checks/capacity-checks.ts';
import { checkContestedSettings } from './checks/contested-setting-checks.ts';
import { checkDatabases } from './checks/database-checks.ts';
import { checkEndpoints } from './checks/endpoint-checks.ts';
import { checkFollowing } from './checks/follow-checks.ts';
import { checkFunctionParameters } from './checks/function-parameter-checks.ts';
import { checkGroupAlarms } from './checks/group-alarm-checks.ts';
import { checkGroups } from './checks/group-checks.ts';
import { checkInterchangeable } from './checks/interchangeable-checks.ts';
import { checkIsolationLimits } from './checks/isolation-limit-checks.ts';
import { checkLastingEffects } from './checks/lasting-effect-checks.ts';
import { checkMonitors } from './checks/monitor-checks.ts';
import { checkNotify } from './checks/notify-checks.ts';
import { checkPaths } from './checks/path-checks.ts';
import { checkPathOverlaps } from './checks/path-overlap-checks.ts';
import { checkPeers } from './checks/peer-checks.ts';
import { checkPrivateEndpoints } from './checks/private-endpoint-checks.ts';
import { checkProfiles } from './checks/profile-checks.ts';
import { checkReach } from './checks/reach-checks.ts';
import { checkReferences } from './checks/reference-checks.ts';
import { checkReleaseLinks } from './checks/release-link-checks.ts';
import { checkResourceActions } from './checks/resource-action-checks.ts';
import { checkResourceTargets } from './checks/resource-target-checks.ts';
import { checkRollingRepairs } from './checks/rolling-repair-checks.ts';
import { checkRuleFiles } from './checks/rule-file-checks.ts';
import { checkSharedTargets } from './checks/shared-target-checks.ts';
import { checkStrategies } from './checks/strategy-checks.ts';
import { checkThresholds } from './checks/threshold-checks.ts';
import { checkValidators } from './checks/validator-checks.ts';
import { checkVariables } from './checks/variable-checks.ts';
import { checkWindows } from './checks/window-checks.ts';
import { checkWriterAlarms } from './checks/writer-alarm-checks.ts';
import { compile } from './compile.ts';
import type { CompiledConfiguration } from './compiled.ts';
import { withDeclaredActions } from './declared-actions.ts';
import { withDocumentFiles } from './document-files.ts';
import { formatPath, type Problem } from './problem.ts';
import type { ReadFile } from './read-file.ts';
import { readableParts } from './readable-parts.ts';
import { type Configuration, configurationSchema } from './schema/schema.ts';
import { allowed } from './schema-messages.ts';
import { schemaFindings } from './schema-problems.ts';
import { readYaml } from './yaml/yaml-source.ts';

export type LoadedConfiguration =
  | {
      readonly ok: true;
      readonly configuration: Configuration;
      readonly compiled: CompiledConfiguration;
      readonly warnings: readonly Problem[];
    }
  | {
      readonly ok: false;
      /** At least one error, and the warnings; in the order of the text. */
      readonly problems: readonly Problem[];
    };

/**
 * Reads selfheal.yaml, checks all of it and compiles it. Every mistake that can be found is reported at once, in the
 * order of the text; nothing that a file may contain makes it throw.
 *
 * @param text the file's content
 * @param fileName its name, for messages
 * @param readFile reads what the file names. @default nothing can be read
 */
export function loadConfiguration(text: string, fileName: string, readFile?: ReadFile): LoadedConfiguration {
  const source = readYaml(text, fileName);
  if (source.value === undefined) return { ok: false, problems: inOrder(source.problems) };

  const own = withActionFiles(source, readFile);
  const files = withDocumentFiles(own.document, readFile);
  const document = withAlarmPeriods(withDeclaredActions(files.document));
  const parsed = configurationSchema.safeParse(document, { error: allowed });
  const parts = readableParts(document, parsed.success);
  const findings = [
    ...(parsed.success ? [] : schemaFindings(configurationSchema, document, parsed.error.issues)),
    ...own.findings,
    ...files.findings,
    ...checkReferences(own.document),
    ...checkAlarms(parts),
    ...checkAlarmPeriods(parts),
    ...checkAnomalies(parts),
    ...checkGroupAlarms(parts),
    ...checkApprovals(parts),
    ...checkNotify(parts),
    ...checkWindows(parts),
    ...checkGroups(parts),
    ...checkSpareCapacity(parts),
    ...checkStrategies(parts),
    ...checkAgentUnits(parts),
    ...checkInterchangeable(parts),
    ...checkResourceTargets(parts),
    ...checkResourceActions(parts),
    ...checkWriterAlarms(parts),
    ...checkLastingEffects(parts),
    ...checkIsolationLimits(parts),
    ...checkActionParameters(parts),
    ...checkFunctionParameters(parts),
    ...checkActionTimes(parts),
    ...checkReach(parts),
    ...checkPeers(parts),
    ...checkProfiles(parts),
    ...checkMonitors(parts),
    ...checkThresholds(parts),
    ...checkFollowing(parts),
    ...checkEndpoints(parts),
    ...checkPrivateEndpoints(parts),
    ...checkPaths(parts),
    ...checkPathOverlaps(parts),
    ...checkReleaseLinks(parts),
    ...checkRuleFiles(parts),
    ...checkValidators(parts),
    ...checkDatabases(parts),
    ...checkSharedTargets(parts),
    ...checkContestedSettings(parts),
    ...checkRollingRepairs(parts),
  ];
  const known = new Set(findings.map(({ path }) => formatPath(path)));
  const literal = checkVariables(own.document).filter(({ path }) => !known.has(formatPath(path)));
  const problems = inOrder([
    ...source.problems,
    ...own.problems,
    ...[...findings, ...literal].map(own.place),
  ]);
  if (!parsed.success || problems.some(({ severity }) => severity === 'error'))
    return { ok: false, problems };
  return { ok: true, configuration: parsed.data, compiled: compile(parsed.data), warnings: problems };
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
