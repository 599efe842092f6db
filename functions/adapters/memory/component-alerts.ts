import { withMember, withoutMember } from '../../core/admission/budgets.ts';
import { isHeldBack } from '../../core/admission/observed-limits.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { LimitRecords } from './limit-records.ts';

type ComponentAlerts = Pick<
  OperationStore,
  | 'saveFailures'
  | 'noteExhaustionNotified'
  | 'markUnhealthy'
  | 'markHealthy'
  | 'forgetAlerts'
  | 'noteReport'
  | 'endReports'
>;

/** In memory, what alerts leave behind: which components count as unhealthy, who reports them, and alerts in a row. */
export function createComponentAlerts(records: LimitRecords): ComponentAlerts {
  return {
    saveFailures: async (record, strategyId, failuresMs) => {
      const current = records.component(record.component);
      if (current.revision !== record.revision) return false;
      const { [strategyId]: _before, ...others } = record.failuresMs;
      const kept = failuresMs.length === 0 ? others : { ...others, [strategyId]: failuresMs };
      records.changeComponent(record.component, { failuresMs: kept });
      return true;
    },

    noteExhaustionNotified: async (component, atMs) => {
      if (records.component(component).exhaustionNotifiedAtMs !== undefined) return false;
      records.changeComponent(component, { exhaustionNotifiedAtMs: atMs });
      return true;
    },

    markUnhealthy: async (component) => {
      const { unhealthy } = records.fleet();
      if (!unhealthy.includes(component))
        records.changeFleet({ unhealthy: withMember(unhealthy, component) });
    },

    markHealthy: async (component) => {
      const { unhealthy } = records.fleet();
      if (unhealthy.includes(component))
        records.changeFleet({ unhealthy: withoutMember(unhealthy, component) });
    },

    forgetAlerts: async (component) => {
      const { exhaustionNotifiedAtMs, ...record } = records.component(component);
      const answer = { isForgotten: !record.reports, isHeldBack: isHeldBack(record) };
      if (record.reports) return answer;
      if (exhaustionNotifiedAtMs === undefined && Object.keys(record.failuresMs).length === 0) return answer;
      records.replaceComponent({ ...record, failuresMs: {} });
      return answer;
    },

    noteReport: async (component, reporter, atMs, anomalyMetric) => {
      const { by = [], lastMs = 0, sentMs, ...before } = records.component(component).reports ?? {};
      if (by.includes(reporter) && (sentMs?.[reporter] ?? 0) >= atMs) return;
      records.changeComponent(component, {
        reports: {
          ...before,
          ...{ by: withMember(by, reporter), lastMs: Math.max(lastMs, atMs) },
          sentMs: { ...sentMs, [reporter]: atMs },
          ...(anomalyMetric !== undefined && { anomalyMetric }),
        },
      });
    },

    endReports: async (component, reporter) => {
      const { reports, ...record } = records.component(component);
      if (!reports || (reporter !== undefined && !reports.by.includes(reporter))) return;
      const by = reporter === undefined ? [] : withoutMember(reports.by, reporter);
      const { sentMs: { [reporter ?? '']: _ended, ...sentMs } = {}, ...rest } = reports;
      const left = by.length > 0 && { reports: { ...rest, by, sentMs } };
      records.replaceComponent({ ...record, ...left });
    },
  };
}
