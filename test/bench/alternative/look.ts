/** @public called by Lambda */
export async function handler({ url }: { readonly url: string }) {
  const { status } = await fetch(url);
  return { healthy: status === 200 };
}
