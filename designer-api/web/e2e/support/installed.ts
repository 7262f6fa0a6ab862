/** The browser of this machine: none is downloaded. */
import { existsSync } from 'node:fs';

/** Where Debian and others put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function executablePath(): string {
  const path = process.env['GEMBA_CHROMIUM'] ?? PLACES.find(existsSync);
  if (!path) throw new Error('no Chromium: install it (.ci/setup test does) or name it by GEMBA_CHROMIUM');
  return path;
}
