/**
 * A read that is repeated only after a while; until then, and while it is under way, every caller has the same answer. One
 * that fails is not kept.
 */
export function keptFor<Asked extends readonly unknown[], Answer>(
  forMs: number,
  nowMs: () => number,
  read: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  let kept: { readonly sinceMs: number; readonly answer: Promise<Answer> } | undefined;
  return async (...asked) => {
    if (kept && nowMs() - kept.sinceMs < forMs) return await kept.answer;
    const own = { sinceMs: nowMs(), answer: read(...asked) };
    kept = own;
    try {
      return await own.answer;
    } catch (error) {
      if (kept === own) kept = undefined;
      throw error;
    }
  };
}
