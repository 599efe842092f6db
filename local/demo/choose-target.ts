/**
 * `npm run demo`: on the embedded cloud, or with `--target ministack` on MiniStack. Only what is needed is loaded, so
 * that the first is up at once.
 */
const args = process.argv.slice(2);
const rest = withoutMinistack(args);

if (rest === undefined) {
  const { demoEmbedded } = await import('./embedded/demo-embedded.ts');
  const exitCode = await demoEmbedded(args);
  // Executions that were cut short still have timers, in a cloud that nobody uses any more.
  process.exit(exitCode);
} else {
  // The other demo reads its options itself, and knows no targets.
  process.argv.splice(2, args.length, ...rest);
  await import('./demo.ts');
}

/** The other options, if the target is MiniStack. */
function withoutMinistack(given: readonly string[]): readonly string[] | undefined {
  const index = given.findIndex((arg, at) => arg === 'ministack' && given[at - 1] === '--target');
  if (index > 0) return given.toSpliced(index - 1, 2);
  return given.includes('--target=ministack')
    ? given.filter((arg) => arg !== '--target=ministack')
    : undefined;
}
