import type { OwnStepOptions, OwnStepWrites } from './own-step.ts';

/** Loaded with its first use: only the function that carries steps out writes these, and most steps end elsewhere. */
export function lazyOwnStep(options: OwnStepOptions): OwnStepWrites {
  let loaded: Promise<OwnStepWrites> | undefined;
  const writes = () => {
    loaded ??= import('./own-step.ts').then(({ createOwnStepWrites }) => createOwnStepWrites(options));
    return loaded;
  };
  return {
    recordChange: async (...given) => await (await writes()).recordChange(...given),
    recordOwnOutcome: async (...given) => await (await writes()).recordOwnOutcome(...given),
  };
}
