/** What axe finds. Contrast that it cannot measure is a finding too: white on white is "incomplete" for it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Found {
  id: string;
  impact: string | null;
  nodes: { target: unknown[]; any: { message: string; data?: { messageKey?: string } | null }[] }[];
}

/** Nothing is written there whose contrast could be measured: an empty input, a single digit. */
const NOTHING_TO_READ = ['emptyValue', 'shortTextContent', 'nonBmp'];

/** One line for each element with something serious. What is outside of the window is not looked at: see `whole`. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const { violations, incomplete } = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations', 'incomplete'] })",
  )) as { violations: Found[]; incomplete: Found[] };
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const contrast = incomplete
    .filter(({ id }) => id === 'color-contrast')
    .map((found) => ({
      ...found,
      nodes: found.nodes.filter(({ any }) => !any.some(({ data }) => NOTHING_TO_READ.includes(data?.messageKey ?? ''))),
    }));
  return [...serious, ...contrast].flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => `${id} ${target.join(' ')}: ${any.map(({ message }) => message).join(' ')}`),
  );
}
