/** Lists that the server gives a page at a time. */

const MOST = 200;

/** The first `wanted` of a list, `{items, total}`, in as many calls of `page(limit, offset)` as it takes. */
export async function firstOf(wanted, page) {
  let [items, total] = [[], Infinity];
  for (let offset = 0; offset < Math.min(wanted, total); offset += MOST) {
    const found = await page(Math.min(wanted - offset, MOST), offset);
    items = joined(items, found.items);
    total = found.total;
  }
  return { items, total };
}

/** Both, without what the second repeats since something new came before it meanwhile. */
export function joined(items, more) {
  const known = new Set(items.map(({ id }) => id));
  return [...items, ...more.filter(({ id }) => !known.has(id))];
}
