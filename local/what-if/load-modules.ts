/**
 * Loads what the functions load with the first alert that needs it: virtual time does not wait for a module, and evidence
 * that comes too late counts as missing.
 */
export async function loadModules(): Promise<void> {
  await Promise.all([
    import('../../functions/app/correlation/close-incidents.ts'),
    import('../../functions/app/correlation/join-incident.ts'),
    import('../../functions/app/diagnosis/diagnose-alert.ts'),
    import('../../functions/app/learning/read-learned.ts'),
    import('../../functions/core/diagnosis/allowed-strategies.ts'),
    import('../../functions/core/learning/advise.ts'),
    import('../../functions/core/operation/rolled-back.ts'),
  ]);
}
