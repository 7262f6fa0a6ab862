/** What browsers load comes from the server alone, is kept where it may be, and runs nothing foreign. */
import { expect } from 'vitest';

import { story } from './support/stage';

story('the pages come from the server alone', async (stage) => {
  const device = await stage.device('tablet');
  const hosts = new Set<string>();
  device.page.on('request', (request) => hosts.add(new URL(request.url()).origin));
  const page = await device.page.goto(stage.server.url);
  const policy = (await page?.headerValue('content-security-policy')) ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/'unsafe-(eval|inline)'/);
  await device.page.locator('#app > *').first().waitFor();
  expect([...hosts]).toEqual([stage.server.url]);
  // Foreign script that gets into the page is not run.
  await device.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.head.append(script);
  });
  expect(await device.page.title()).toBe('Gemba');
  device.forgive(/Content Security Policy/);
  const missing = await device.context.request.get(`${stage.server.url}/assets/missing.js`);
  expect(missing.status()).toBe(404);
});
