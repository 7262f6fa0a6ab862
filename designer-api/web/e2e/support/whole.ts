import type { Page } from 'playwright-core';

/** Does something while the whole page fits into the window: what stays at its foot would lie over what is below, and
 *  what is far below the window is not drawn. */
export async function whole<T>(page: Page, work: () => Promise<T>): Promise<T> {
  const size = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (!size || height <= size.height) return work();
  await page.setViewportSize({ ...size, height });
  try {
    return await work();
  } finally {
    await page.setViewportSize(size);
  }
}
