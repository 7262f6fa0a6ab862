/** Once the page is there and at rest: its files are kept for a reload without the network. Only under TLS and on this
 *  machine itself; elsewhere browsers allow it to no page. */
const AT_REST_MS = 3000;

export function keepShell(): void {
  if (!import.meta.env.PROD || !isSecureContext || !('serviceWorker' in navigator)) return;
  const register = () => navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  setTimeout(() => void register(), AT_REST_MS);
}
